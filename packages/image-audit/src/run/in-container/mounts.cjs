// Runs inside the image under test, by its own node: node -e <this>
// Prints each mount with what the runtime user can do to it, the size of those in memory, and the errno of a write to
// the root (null: it worked).
const { accessSync, constants, readFileSync, statfsSync, unlinkSync, writeFileSync } = require("node:fs");

function writable(path) {
  try {
    accessSync(path, constants.W_OK); // the kernel answers EROFS for a read-only mount
    return true;
  } catch {
    return false;
  }
}

function sizeOf(path) {
  const { blocks, bsize } = statfsSync(path);
  return blocks * bsize;
}

function rootWriteErrno() {
  try {
    writeFileSync("/.image-audit-probe", "");
    unlinkSync("/.image-audit-probe");
    return null;
  } catch (error) {
    return error.code;
  }
}

// https://www.kernel.org/doc/html/latest/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts
const mounts = readFileSync("/proc/self/mountinfo", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const fields = line.split(" ");
    const path = fields[4].replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    const type = fields[fields.indexOf("-") + 1];
    const readOnly = fields[5].split(",").includes("ro");
    const mount = { path, type, readOnly, writable: writable(path) };
    return mount.writable && type === "tmpfs" ? { ...mount, sizeBytes: sizeOf(path) } : mount;
  });
process.stdout.write(JSON.stringify({ mounts, rootWriteErrno: rootWriteErrno() }));
