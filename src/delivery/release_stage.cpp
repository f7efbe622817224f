#include "delivery/release_stage.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/json.h"
#include "core/redact.h"
#include "core/yaml.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/workspace.h"

namespace tenon::delivery {
namespace {

std::string random_text(std::size_t length) {
  constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_ABCDEF";
  static_assert(kAlphabet.size() == 64);
  std::vector<unsigned char> bytes(length);
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Error(ErrorCode::internal, "the kernel gave no random bytes");
  }
  std::string text;
  for (const unsigned char byte : bytes) text += kAlphabet[byte & 63U];
  return text;
}

void write_private(const std::filesystem::path& file, const std::string& content) {
  const std::filesystem::path unfinished = file.string() + ".new";
  const int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) throw system_error(fmt::format("cannot write {}", file.string()), errno);
  const bool written = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                       ::fsync(descriptor) == 0;
  const int failed = errno;
  ::close(descriptor);
  if (!written) throw system_error(fmt::format("cannot write {}", file.string()), failed);
  std::filesystem::rename(unfinished, file);
}

// The data directory holds regular files of the app (a database and its journal); links in it are not followed or
// copied.
void copy_data(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::filesystem::path unfinished = to.string() + ".new";
  fsops::remove_tree(unfinished);
  std::filesystem::create_directories(unfinished);
  const fsops::Workspace source = fsops::Workspace::open(from);
  const fsops::Workspace target = fsops::Workspace::open(unfinished);
  constexpr std::uint64_t kLargestFile = 4ULL << 30U;
  for (const fsops::Entry& entry : source.walk().entries) {
    if (entry.kind == fsops::EntryKind::file) target.write(entry.path, source.read(entry.path, kLargestFile));
  }
  std::filesystem::rename(unfinished, to);
}

}  // namespace

ReleaseStage::ReleaseStage(Services& services, std::string slug, std::string environment)
    : services_(services), slug_(std::move(slug)), environment_(std::move(environment)) {}

std::filesystem::path ReleaseStage::root() const { return services_.workplace.environment(slug_, environment_); }

std::filesystem::path ReleaseStage::prepare(const std::string& commit) const {
  const auto directory = root() / "releases" / commit;
  std::filesystem::create_directories(root() / "data");
  if (std::filesystem::exists(directory)) return directory;
  const auto unfinished = root() / "releases" / (commit + ".new");
  fsops::remove_tree(unfinished);
  std::filesystem::create_directories(unfinished);
  git::Repository::open(services_.workplace.git_directory(slug_)).checkout(git::CommitId{commit}, unfinished);
  std::filesystem::rename(unfinished, directory);
  return directory;
}

void ReleaseStage::keep_data(const std::string& new_commit) const {
  const auto kept = root() / ("data-before-" + new_commit);
  const auto data = root() / "data";
  if (std::filesystem::exists(kept) || !std::filesystem::exists(data) || std::filesystem::is_empty(data)) return;
  copy_data(data, kept);
}

Task<void> ReleaseStage::try_out(std::string commit, const agents::Stack& stack) const {
  auto starting = start(std::move(commit), stack);
  sandbox::Service service = co_await std::move(starting);
  auto stop = [&service] { service.stop(); };
  co_await io::blocking(services_.tools.runtime, std::move(stop));
}

Task<sandbox::Service> ReleaseStage::start(std::string commit, const agents::Stack& stack) const {
  const EnvironmentSecrets keys = secrets();
  AppStart app;
  app.checkout = root() / "releases" / commit;
  if (stack.kind != agents::kStatic) {
    app.data = root() / "data";
    app.environment["DATABASE_URL"] = "sqlite:////data/app.db";
    app.environment["SECRET_KEY"] = keys.secret_key;
    json::object admin{{"email", keys.admin_email}, {"password", keys.admin_password}, {"role", "admin"}};
    app.environment["BOOTSTRAP_USERS"] = json::serialize(json::array{admin});
  }
  auto starting = start_app(services_.tools, stack, std::move(app));
  co_return co_await std::move(starting);
}

EnvironmentSecrets ReleaseStage::secrets() const {
  const auto file = root() / "secrets.json";
  if (!std::filesystem::exists(file)) {
    std::filesystem::create_directories(root());
    const EnvironmentSecrets made{
        .admin_email = "admin@" + slug_ + ".example", .admin_password = random_text(16), .secret_key = random_text(48)};
    write_private(file, pretty_json(to_json(made)));
  }
  auto keys = from_json<EnvironmentSecrets>(read_structured(file), file.string());
  remember_secret(keys.admin_password);
  remember_secret(keys.secret_key);
  return keys;
}

void restore_environment(const Workplace& workplace, const std::string& slug, const std::string& environment,
                         const std::string& commit, const std::string& successor) {
  const auto root = workplace.environment(slug, environment);
  if (!std::filesystem::exists(root / "releases" / commit)) {
    throw Error(ErrorCode::not_found, fmt::format("the files of commit {} are no longer in {}", commit, root.string()));
  }
  const auto kept = root / ("data-before-" + successor);
  if (successor.empty() || !std::filesystem::exists(kept)) return;
  const auto aside = root / ("data-after-" + successor);
  fsops::remove_tree(aside);
  std::filesystem::rename(root / "data", aside);
  copy_data(kept, root / "data");
}

}  // namespace tenon::delivery
