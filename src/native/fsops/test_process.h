// Processes of tests that are killed, or that see mounts of their own.
#pragma once

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <functional>

#include "core/error.h"

namespace tenon::fsops {

// The operating system ends the process at the given time after the start of `act`, as kill -9 does.
inline bool killed_after(std::chrono::nanoseconds time, const std::function<void()>& act) {
  const pid_t child = ::fork();
  if (child == 0) {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    timer_t timer{};
    const itimerspec when{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = time.count() + 1}};
    if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || ::timer_settime(timer, 0, &when, nullptr) != 0) {
      ::_exit(2);
    }
    act();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << status;
  return WIFSIGNALED(status);
}

// In a mount namespace of its own, so that nothing outlives it. 77: mounting is not allowed.
inline int in_mount_namespace(int flags, const std::function<bool()>& act) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(flags) != 0) ::_exit(77);
    if ((flags & CLONE_NEWUSER) != 0) {
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) ::_exit(77);
    try {
      ::_exit(act() ? 0 : 1);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
      ::_exit(3);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace tenon::fsops
