"""Writes functions that load a C library when one of them is called first, instead of when the program starts.

    stubs.py OUTPUT --users lib.a ... --libraries libcurl.so ... --linked libc.so.6

For each function that the users need and a library defines, OUTPUT has a hidden one of the same name, unless what is linked
anyway has it (an allocator defines free). It jumps through a slot; at first all slots lead to tenon_lazy_function
(resolver.cpp), which loads the library and fills the slot. x86-64 only.
"""

import argparse
import re
import subprocess

# The System V ABI: six registers of integers, al (how many vector registers a variadic call uses), and eight of those.
REGISTERS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax"]
VECTORS = 8


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(*arguments):
    fields = [line.split() for line in output_of("nm", "-P", *arguments).splitlines()]
    return [(each[0].split("@")[0], each[1]) for each in fields if len(each) > 1 and len(each[1]) == 1]


def needed_by(users):
    found = symbols(*users)
    return {name for name, kind in found if kind == "U"} - {name for name, kind in found if kind in "TWVBDR"}


def shared_name(library):
    return re.search(r"SONAME.*\[(.*)\]", output_of("readelf", "-dW", library)).group(1)


def resolver():
    """On entry the stack holds the function's number and the caller's address; the pushes keep it aligned to 16 bytes."""
    yield "resolve:"
    yield from (f"pushq %{register}" for register in REGISTERS)
    room = VECTORS * 16 + 8
    yield f"subq ${room}, %rsp"
    yield from (f"movups %xmm{i}, {16 * i}(%rsp)" for i in range(VECTORS))
    yield f"movq {room + 8 * len(REGISTERS)}(%rsp), %rdi"
    yield "call tenon_lazy_function"
    yield "movq %rax, %r11"
    yield from (f"movups {16 * i}(%rsp), %xmm{i}" for i in range(VECTORS))
    yield f"addq ${room}, %rsp"
    yield from (f"popq %{register}" for register in reversed(REGISTERS))
    yield "addq $8, %rsp"
    yield "jmpq *%r11"


def assembly(functions, libraries):
    """`functions` are pairs of a name and the number of its library."""
    yield ".text"
    yield from resolver()
    for number, (name, _) in enumerate(functions):
        yield f".globl {name}\n.hidden {name}\n.type {name}, @function\n{name}:\nendbr64\njmpq *slot_{number}(%rip)"
        yield f"first_{number}:\nendbr64\npushq ${number}\njmp resolve"
    yield '.section .data.rel.local, "aw"\n.balign 8'
    yield ".globl tenon_lazy_slots\n.hidden tenon_lazy_slots\ntenon_lazy_slots:"
    yield from (f"slot_{number}: .quad first_{number}" for number in range(len(functions)))
    yield ".globl tenon_lazy_names\n.hidden tenon_lazy_names\ntenon_lazy_names:"
    yield from (f".quad name_{number}, library_{library}" for number, (_, library) in enumerate(functions))
    yield ".section .rodata"
    yield from (f'name_{number}: .asciz "{name}"' for number, (name, _) in enumerate(functions))
    yield from (f'library_{number}: .asciz "{name}"' for number, name in enumerate(libraries))
    yield ".text"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output")
    parser.add_argument("--users", nargs="+", required=True)
    parser.add_argument("--libraries", nargs="+", required=True)
    parser.add_argument("--linked", nargs="+", required=True)
    options = parser.parse_args()
    needed = needed_by(options.users) - {name for name, _ in symbols("-D", "--defined-only", *options.linked)}
    functions = []
    for number, library in enumerate(options.libraries):
        defined = {name for name, kind in symbols("-D", "--defined-only", library) if kind in "TWi"}
        functions += [(name, number) for name in sorted(needed & defined)]
    with open(options.output, "w", encoding="ascii") as out:
        # A statement for each line: compilers are free to refuse literals of more than 64 KiB.
        for line in assembly(functions, [shared_name(library) for library in options.libraries]):
            out.write(f'__asm__(R"assembly({line})assembly");\n')


if __name__ == "__main__":
    main()
