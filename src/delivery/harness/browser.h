// A visitor of the app: cookies, forms, and a bearer token for those who use the API. A Visitor is a value that can be
// copied, so that two checks start from the same sign-in without sharing it; a Browser is a Visitor on a wire.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>

#include "delivery/harness/html.h"
#include "delivery/harness/wire.h"

namespace tenon::delivery {

struct Visitor {
  std::string actor = "anonymous";
  std::map<std::string, std::string> cookies;
  std::string bearer;

  void take_cookies(const Answer& answer);
};

// What is typed into a form. Values are texts; "true" and "false" tick and untick a box.
struct FormEntry {
  FormValues values;
  std::optional<std::size_t> form_at;  // 1-based, of all forms of the page
};

// What a browser sends for a page's form: its defaults, with the entry typed over. The form is the one that has most of
// the entry's fields, before others that post, outside header and footer. The error says what is missing.
std::expected<Call, std::string> fill_form(const HtmlPage& page, const std::string& page_path, const FormEntry& entry);

std::string form_body(const FormValues& values);

class Browser final {
 public:
  Browser(Wire& wire, Visitor visitor) : wire_(wire), visitor_(std::move(visitor)) {}

  Task<Answer> send(Call call);
  Task<Answer> get(std::string path);
  Task<Answer> post_form(std::string path, FormValues values);
  Task<Answer> send_json(std::string method, std::string path, json::value body);

  // Fetches the page, fills its form and sends it. A page that does not exist is a button's target: the form with that
  // action is looked for on the pages above it. The answer is the fetched page's when it has no form to fill.
  Task<Answer> submit(std::string path, FormEntry entry);

  const Visitor& visitor() const { return visitor_; }

 private:
  Task<Answer> press(std::string action, Answer missing);

  Wire& wire_;
  Visitor visitor_;
};

}  // namespace tenon::delivery
