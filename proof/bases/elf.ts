const SYMBOL_TABLE = 2; // SHT_SYMTAB, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html

/** Whether a 64-bit little-endian ELF file has its symbol table, that is, was not stripped. */
export function hasSymbolTable(file: Buffer): boolean {
  if (file.length < 64 || file.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") return false;
  const start = Number(file.readBigUInt64LE(40));
  const size = file.readUInt16LE(58);
  const count = file.readUInt16LE(60);
  return Array.from({ length: count }, (_, index) => start + index * size + 4).some(
    (at) => at + 4 <= file.length && file.readUInt32LE(at) === SYMBOL_TABLE,
  );
}
