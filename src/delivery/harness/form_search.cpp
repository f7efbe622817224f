// Finds every form that posts, by walking the pages of each kind of visitor.
#include "delivery/harness/attack.h"

namespace tenon::delivery {
namespace {

// Two forms that differ only in the record they are for are one.
std::string shape_of(const std::string& action) {
  std::string shape;
  for (const char c : action) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) shape += c;
    if (digit && !shape.ends_with('#')) shape += '#';
  }
  return shape;
}

class FormSearch {
 public:
  explicit FormSearch(Arena& arena) : arena_(arena) {}

  Task<std::vector<FoundForm>> run() {
    co_await visit("anonymous", {"/", "/login"});
    for (const SubjectEntity& entity : arena_.subject().entities) {
      if (entity.access == "inbox") co_await visit("anonymous", {"/" + entity.slug + "/new"});
    }
    co_await visit("admin", {"/admin", "/admin/users"});
    for (const SubjectEntity& entity : arena_.subject().entities) {
      const std::string list = "/admin/" + entity.slug;
      const std::string id = co_await arena_.any_id(entity);
      co_await visit("admin", {list, list + "/new", id.empty() ? list : list + "/" + id});
    }
    if (arena_.subject().has_accounts) {
      co_await visit("anonymous", {"/register"});
      co_await visit("member", {"/account"});
    }
    for (const SubjectEntity* entity : arena_.with_access("private")) {
      const ProbeRecord record = co_await arena_.create(*entity, {}, "");
      const std::string list = "/account/" + entity->slug;
      co_await visit("member", {list, list + "/new", record.id.empty() ? list : list + "/" + record.id});
    }
    co_return std::move(forms_);
  }

 private:
  Task<void> visit(std::string actor, std::vector<std::string> paths) {
    Browser browser = co_await arena_.as(actor);
    for (const std::string& path : paths) {
      const Answer answer = co_await browser.get(path);
      if (answer.status == 200 && answer.is_html()) collect(actor, path, answer);
    }
  }

  void collect(const std::string& actor, const std::string& path, const Answer& answer) {
    for (const HtmlForm& form : read_html(answer.body).forms) {
      if (form.method != "post") continue;
      FoundForm found;
      found.actor = actor;
      found.path = path;
      found.action = form.action.starts_with('/') ? form.action : path;
      if (!seen_.insert(actor + " " + shape_of(found.action)).second) continue;
      for (auto& value : form.defaults()) {
        if (value.first == kCsrfField) {
          found.token = value.second;
        } else {
          found.values.push_back(std::move(value));
        }
      }
      forms_.push_back(std::move(found));
    }
  }

  Arena& arena_;
  std::set<std::string> seen_;
  std::vector<FoundForm> forms_;
};

}  // namespace

Task<std::vector<FoundForm>> Arena::forms() {
  if (!world_.forms) {
    FormSearch search(*this);
    world_.forms = co_await search.run();
  }
  co_return *world_.forms;
}

}  // namespace tenon::delivery
