# cmake -D INPUT=FILE -D OUTPUT=FILE.cpp -D SYMBOL=NAME -P Embed.cmake: writes a file's bytes as an array of coil::vm::frozen.
file(READ ${INPUT} bytes HEX)
string(LENGTH "${bytes}" size)
math(EXPR size "${size} / 2")
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}
  "namespace coil::vm::frozen {\n"
  "extern const unsigned char ${SYMBOL}[];\n"
  "extern const unsigned long ${SYMBOL}Size;\n"
  "const unsigned char ${SYMBOL}[] = {${bytes}};\n"
  "const unsigned long ${SYMBOL}Size = ${size};\n"
  "}\n")
