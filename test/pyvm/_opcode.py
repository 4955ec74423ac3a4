# _opcode and dis.stack_effect: every instruction, with all kinds of arguments.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import binascii
import dis
import opcode
from _opcode import stack_effect


def outcome(*args, **kwargs):
    try:
        return stack_effect(*args, **kwargs)
    except ValueError as error:
        return str(error)


lines = [f"{number} {argument} {jump} {outcome(number, argument, jump=jump)}"
         for number in [*range(-12, 0), *opcode.opmap.values(), 3, 255, 256, 300]
         for argument in (None, 0, 1, 2, 3, 4, 7, 8, 9, 200) for jump in (None, True, False)]
assert binascii.crc32("\n".join(lines).encode()) == 1804140464, binascii.crc32("\n".join(lines).encode())
assert dis.stack_effect is stack_effect and stack_effect(opcode.opmap["FOR_ITER"], 0, jump=True) == -1
assert outcome(opcode.opmap["NOP"], 1) == "stack_effect: opcode does not permit oparg but oparg was specified"
assert outcome(opcode.opmap["LOAD_CONST"]) == "stack_effect: opcode requires oparg but oparg was not specified"
assert outcome(opcode.opmap["NOP"], jump=5) == "stack_effect: jump must be False, True or None" and outcome(255, 0) == "invalid opcode or oparg"
