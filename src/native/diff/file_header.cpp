#include "native/diff/file_header.h"

#include "native/diff/painter.h"
#include "native/diff/patch/quoted_name.h"

namespace tenon::diff {
namespace {

std::string side_name(char side, const std::string& path) {
  const std::size_t start = path.find_first_not_of('/');
  const std::string below = start == std::string::npos ? std::string() : path.substr(start);
  return patch::quoted_name(fmt::format("{}/{}", side, below));
}

// A name with spaces is followed by a tab, so that readers see where it ends.
std::string line_of_name(std::string_view sign, const std::string& name) {
  const bool ends_unclear = !name.starts_with('"') && name.find(' ') != std::string::npos;
  return fmt::format("{} {}{}", sign, name, ends_unclear ? "\t" : "");
}

class HeaderWriter {
 public:
  HeaderWriter(const FileHeader& header, const Palette& palette)
      : header_(header),
        palette_(palette),
        painter_(palette),
        before_(side_name('a', (header.before ? header.before : header.after)->path)),
        after_(side_name('b', (header.after ? header.after : header.before)->path)) {}

  std::string write(Body body) {
    add(fmt::format("diff --git {} {}", before_, after_));
    add_modes();
    if (header_.origin != Origin::same_name) add_origin();
    const std::string old_name = header_.before ? before_ : "/dev/null";
    const std::string new_name = header_.after ? after_ : "/dev/null";
    if (body == Body::binary) {
      painter_.paint({}, fmt::format("Binary files {} and {} differ\n", old_name, new_name));
    } else if (body == Body::text) {
      add(line_of_name("---", old_name));
      add(line_of_name("+++", new_name));
    }
    return painter_.take();
  }

 private:
  void add(std::string_view line) {
    painter_.paint(palette_.header, line);
    painter_.paint({}, "\n");
  }

  void add_modes() {
    if (!header_.before) {
      add(fmt::format("new file mode {}", mode_text(header_.after->type)));
    } else if (!header_.after) {
      add(fmt::format("deleted file mode {}", mode_text(header_.before->type)));
    } else if (header_.before->type != header_.after->type || header_.after->type == FileType::link) {
      // Without an index line this is how a reader learns that the text is the target of a link.
      add(fmt::format("old mode {}", mode_text(header_.before->type)));
      add(fmt::format("new mode {}", mode_text(header_.after->type)));
    }
  }

  void add_origin() {
    const std::string_view verb = header_.origin == Origin::renamed ? "rename" : "copy";
    add(fmt::format("similarity index {}%", header_.similarity));
    add(fmt::format("{} from {}", verb, patch::quoted_name(header_.before->path)));
    add(fmt::format("{} to {}", verb, patch::quoted_name(header_.after->path)));
  }

  const FileHeader& header_;
  const Palette& palette_;
  Painter painter_;
  std::string before_;
  std::string after_;
};

}  // namespace

std::string header_text(const FileHeader& header, Body body, const Palette& palette) {
  return HeaderWriter(header, palette).write(body);
}

std::string_view mode_text(FileType type) {
  switch (type) {
    case FileType::regular:
      return "100644";
    case FileType::executable:
      return "100755";
    case FileType::link:
      return "120000";
  }
  return {};
}

}  // namespace tenon::diff
