package server

import ("fmt"; alias "os")

type (
	Handler func(w Writer, r *Request) error
	Server[K comparable, V any] struct {
		sync.Mutex
		name, addr string `json:"name}"`
		inner struct { depth int }
	}
)
type Store interface {
	Get(key string) (value interface{}, err error)
	fmt.Stringer
}
const (
	A = iota
	B
)
var registry = map[string]func(){ "x": func() {} }
func New() interface{} { return nil }
func (s *Server[K, V]) Serve(ctx Context, f func(int) struct{}) (err error) {
	raw := `func notAFunction() {`
	return nil
}
