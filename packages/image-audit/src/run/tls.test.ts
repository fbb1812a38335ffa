import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { systemPlaces } from "./tls.ts";

const placesFor = (env: Record<string, string>) => systemPlaces(observationOf({ config: { env } }).config);

test("OpenSSL's defaults, unless the environment moves them", () => {
  expect(placesFor({})).toEqual([
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/certs/image-audit-test.pem",
  ]);
  expect(placesFor({ SSL_CERT_FILE: "/pki/ca.pem", SSL_CERT_DIR: "/pki/certs:/other" })).toEqual([
    "/pki/ca.pem",
    "/pki/certs/ca-certificates.crt",
    "/pki/certs/image-audit-test.pem",
  ]);
});

test("a place that is both is one", () => {
  expect(placesFor({ SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt" })).toHaveLength(2);
});
