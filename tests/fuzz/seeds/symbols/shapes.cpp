#include <vector>
#define SQUARE(x) ((x) * (x))
BEGIN_SOMETHING
namespace geometry::detail {
template <typename T, int N = (3 > 2)>
class Matrix final : public Base<T>, private Other {
 public:
  Matrix() = default;
  explicit Matrix(int size) : size_(size), cells_{1, 2} {}
  ~Matrix();
  T operator()(int row, int column) const { return cells_[row]; }
  bool operator==(const Matrix&) const = default;
  static constexpr int kLimit = 4;
  enum class Order : unsigned { row_major, column_major = 7 };
  struct Cell { int x, y; };
  using Row = std::vector<T>;
  virtual void draw(std::function<void(int)> how) const noexcept override;

 private:
  int size_ : 4;
  std::vector<T> cells_;
  void (*callback_)(int);
};
#ifdef WIDE
int width(long a) {
#else
int width(int a) {
#endif
  struct Local { int inner; };
  return a;
}
template <>
void Matrix<int>::draw(std::function<void(int)> how) const noexcept { how(1); }
Matrix<int>::~Matrix() {}
typedef struct { int a; } Anonymous;
typedef int (*Handler)(const char*);
extern "C" { void from_c(int); }
const char* const text = R"x(class NotAClass { )x";
auto trailing(int x) -> decltype(x) { return x; }
}  // namespace geometry::detail
MACRO_CALL(something, 3)
union Either { int i; float f; };
#if 0
void disabled() {}
#endif
int counter = 0, *pointer, array[3] = {1, 2, 3};
