import type { Row } from "./row.ts";
import { attestationRows } from "./rows/attestation.ts";
import { certificateRows } from "./rows/certificate.ts";
import { fileRows } from "./rows/files.ts";
import { imageRows } from "./rows/image.ts";
import { signatureRows } from "./rows/signature.ts";
import { storageRows } from "./rows/storage.ts";

/** Every row, in the order they are printed. */
export const rows: Row[] = [
  ...signatureRows,
  ...certificateRows,
  ...storageRows,
  ...attestationRows,
  ...imageRows,
  ...fileRows,
];
