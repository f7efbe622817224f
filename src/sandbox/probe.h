// What isolation this machine offers. Found out once, by trying: namespaces by starting bubblewrap, control groups by
// looking for a place where we may make one.
#pragma once

#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "sandbox/limits.h"

namespace tenon::sandbox {

// One thing a sandbox is made of, as `tenon doctor` shows it.
struct Feature {
  std::string name;
  bool found = false;
  std::string detail;  // version, place, or why it does not work
  std::string lost;    // what is not possible, or weaker, without it
  std::string remedy;  // how to get it
};
BOOST_DESCRIBE_STRUCT(Feature, (), (name, found, detail, lost, remedy))

struct Probe {
  bool usable = false;       // bubblewrap, namespaces and the system call filter work: commands can run
  Tier tier = Tier::rlimit;  // the strongest tier that works
  std::vector<Feature> features;
};
BOOST_DESCRIBE_STRUCT(Probe, (), (usable, tier, features))

}  // namespace tenon::sandbox
