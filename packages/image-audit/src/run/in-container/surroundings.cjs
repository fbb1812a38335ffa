// Runs inside the image under test, by its own node: node -e <this>
// Prints what the kernel grants this container: its memory, its sockets that listen, the first port for everybody.
const { readFileSync } = require("node:fs");
const { endianness } = require("node:os");

function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

// cgroup v2 says "max", v1 a number near 2^63, when there is no limit.
function memoryLimit() {
  const text = read("/sys/fs/cgroup/memory.max") ?? read("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  const bytes = Number(text ?? "max");
  return Number.isNaN(bytes) || bytes > Number.MAX_SAFE_INTEGER ? null : bytes;
}

// Words of 32 bits, each printed as a number of the machine.
function addressOf(hex) {
  const inOrder = (bytes) => (endianness() === "LE" ? bytes.reverse() : bytes);
  const bytes = hex.match(/.{8}/g).flatMap((word) => inOrder(word.match(/../g)));
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  return bytes.join("").toLowerCase().match(/.{4}/g).join(":");
}

// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
function listening(path) {
  const lines = (read(path) ?? "").split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    if (state !== "0A") return [];
    const [address, port] = local.split(":");
    return [{ address: addressOf(address), port: Number.parseInt(port, 16) }];
  });
}

const start = read("/proc/sys/net/ipv4/ip_unprivileged_port_start");
process.stdout.write(
  JSON.stringify({
    memoryLimitBytes: memoryLimit(),
    unprivilegedPortStart: start === null ? null : Number(start),
    listening: ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(listening),
  }),
);
