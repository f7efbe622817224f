"""class NotAClass: in a text"""
import os as operating
LIMIT: int = 10
first, second = 1, 2

@decorator(arg=[1, 2])
@other
class Store(Base, metaclass=Meta):
    kind = "x"

    def __init__(self, path: str = "a)b") -> None:
        self.path = path
        def inner(x):
            return lambda y: y
        local = 1

    @property
    async def size(self): return 1

    class Nested:
        def deep(self):
            pass
if True:
    def conditional(): pass
text = '''
def not_a_function():
'''
