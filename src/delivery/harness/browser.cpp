#include "delivery/harness/browser.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace tenon::delivery {
namespace {

constexpr const char* kFormType = "application/x-www-form-urlencoded";

bool ends_cookie(std::string_view attributes) {
  return boost::icontains(attributes, "max-age=0") || boost::icontains(attributes, "01 Jan 1970");
}

// An action relative to its page (RFC 3986 §5.2, without dot segments, which no form of ours has).
std::string resolve(const std::string& action, const std::string& page_path) {
  if (action.starts_with('/')) return action;
  const std::string without_query = page_path.substr(0, page_path.find('?'));
  if (action.empty()) return page_path;
  if (action.starts_with('?')) return without_query + action;
  return without_query.substr(0, without_query.rfind('/') + 1) + action;
}

bool is_aside(const HtmlPage& page, const HtmlForm& form) {
  return page.is_within(form.element, "header") || page.is_within(form.element, "footer") ||
         page.is_within(form.element, "nav");
}

const HtmlForm* choose_form(const HtmlPage& page, const FormEntry& entry) {
  if (entry.form_at) return *entry.form_at <= page.forms.size() ? &page.forms[*entry.form_at - 1] : nullptr;
  const HtmlForm* best = nullptr;
  std::tuple<std::ptrdiff_t, bool, bool> best_rank;
  for (const HtmlForm& form : page.forms) {
    const auto has = [&](const auto& value) { return form.field(value.first) != nullptr; };
    const std::tuple rank(std::ranges::count_if(entry.values, has), !is_aside(page, form), form.method == "post");
    if (best != nullptr && rank <= best_rank) continue;
    best = &form;
    best_rank = rank;
  }
  return best;
}

std::string names_of(const HtmlForm& form) {
  std::string names;
  for (const HtmlField& field : form.fields) {
    if (!field.name.empty()) names += (names.empty() ? "" : ", ") + field.name;
  }
  return names;
}

void type_in(FormValues& values, const HtmlField& field, const std::string& text) {
  if (field.type == "checkbox") {
    std::erase_if(values, [&](const auto& value) { return value.first == field.name; });
    if (text != "false" && !text.empty()) values.emplace_back(field.name, text == "true" ? field.value : text);
    return;
  }
  const auto found = std::ranges::find(values, field.name, [](const auto& value) { return value.first; });
  if (found != values.end()) {
    found->second = text;
  } else {
    values.emplace_back(field.name, text);
  }
}

Call call_of(const HtmlForm& form, const std::string& page_path, const FormValues& values) {
  Call call;
  call.path = resolve(form.action, page_path);
  if (form.method == "get") {
    call.path = call.path.substr(0, call.path.find('?')) + "?" + form_body(values);
    return call;
  }
  call.method = "POST";
  call.content_type = kFormType;
  call.body = form_body(values);
  return call;
}

}  // namespace

void Visitor::take_cookies(const Answer& answer) {
  for (const io::HttpHeader& header : answer.headers) {
    if (!boost::iequals(header.name, "set-cookie")) continue;
    const std::size_t end = std::min(header.value.find(';'), header.value.size());
    const std::string pair = header.value.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string name = boost::trim_copy(pair.substr(0, equals));
    std::string value = equals < pair.size() ? boost::trim_copy(pair.substr(equals + 1)) : "";
    if (ends_cookie(std::string_view(header.value).substr(end))) {
      cookies.erase(name);
    } else {
      cookies.insert_or_assign(name, std::move(value));
    }
  }
}

std::expected<Call, std::string> fill_form(const HtmlPage& page, const std::string& page_path, const FormEntry& entry) {
  const HtmlForm* form = choose_form(page, entry);
  if (form == nullptr) return std::unexpected(fmt::format("a page with {} forms", page.forms.size()));
  FormValues values = form->defaults();
  for (const auto& [name, text] : entry.values) {
    const HtmlField* field = form->field(name);
    if (field == nullptr) {
      return std::unexpected(fmt::format("a form without a field {}; it has: {}", name, names_of(*form)));
    }
    type_in(values, *field, text);
  }
  return call_of(*form, page_path, values);
}

std::string form_body(const FormValues& values) {
  std::string body;
  for (const auto& [name, value] : values) {
    if (!body.empty()) body += '&';
    body += encode_value(name) + "=" + encode_value(value);
  }
  return body;
}

Task<Answer> Browser::send(Call call) {
  if (!visitor_.bearer.empty()) {
    call.headers.push_back({.name = "Authorization", .value = "Bearer " + visitor_.bearer});
  }
  std::string cookies;
  for (const auto& [name, value] : visitor_.cookies) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
  if (!cookies.empty()) call.headers.push_back({.name = "Cookie", .value = cookies});
  Answer answer = co_await wire_.exchange(std::move(call), visitor_.actor);
  visitor_.take_cookies(answer);
  co_return answer;
}

Task<Answer> Browser::get(std::string path) {
  Call call;
  call.path = std::move(path);
  Answer answer = co_await send(std::move(call));
  co_return answer;
}

Task<Answer> Browser::post_form(std::string path, FormValues values) {
  Call call;
  call.method = "POST";
  call.path = std::move(path);
  call.content_type = kFormType;
  call.body = form_body(values);
  Answer answer = co_await send(std::move(call));
  co_return answer;
}

Task<Answer> Browser::send_json(std::string method, std::string path, json::value body) {
  Call call;
  call.method = std::move(method);
  call.path = std::move(path);
  call.content_type = "application/json";
  call.body = json::serialize(body);
  Answer answer = co_await send(std::move(call));
  co_return answer;
}

Task<Answer> Browser::submit(std::string path, FormEntry entry) {
  Answer fetched = co_await get(path);
  if (entry.values.empty() && (fetched.status == 404 || fetched.status == 405)) {
    Answer pressed = co_await press(path, std::move(fetched));
    co_return pressed;
  }
  if (fetched.status != 200 || !fetched.is_html()) co_return fetched;
  const HtmlPage page = read_html(fetched.body);
  auto call = fill_form(page, path, entry);
  if (!call) co_return no_answer(fetched.request, call.error());
  Answer answer = co_await send(std::move(*call));
  co_return answer;
}

Task<Answer> Browser::press(std::string action, Answer missing) {
  std::string above = action;
  for (int level = 0; level < 2 && above != "/"; ++level) {
    above.resize(std::max<std::size_t>(above.rfind('/'), 1));
    const Answer fetched = co_await get(above);
    if (fetched.status != 200 || !fetched.is_html()) continue;
    const HtmlPage page = read_html(fetched.body);
    for (const HtmlForm& form : page.forms) {
      if (form.method != "post" || resolve(form.action, above) != action) continue;
      Answer answer = co_await send(call_of(form, above, form.defaults()));
      co_return answer;
    }
  }
  missing.trouble = "no page above has a form for " + action;
  missing.status = 0;
  co_return missing;
}

}  // namespace tenon::delivery
