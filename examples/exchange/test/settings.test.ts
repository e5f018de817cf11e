import { expect, test } from "vitest";
import { readSettings } from "../src/settings.ts";

test("without options everything is on this machine, in a journal", () => {
  expect(readSettings([], {})).toMatchObject({
    host: "127.0.0.1",
    ports: { web: 8080, fix: 9878, ouch: 9879, itch: 9880, itchRequests: 9881, glimpse: 9886, fast: 9883 },
    itchLines: [{ host: "127.0.0.1", port: 9882 }],
    journal: expect.stringMatching(/exchange-data$/),
    sync: "batch",
    seed: 1,
  });
});

test("with --port 0 every port that is not named is any that is free", () => {
  const { ports } = readSettings(["--port", "0", "--fix-port", "9000"], {});
  expect(ports).toEqual({ web: 0, fix: 9000, ouch: 0, itch: 0, itchRequests: 0, glimpse: 0, fast: 0 });
});

test.each([
  [["--port", "eighty"], /--port must be a number from 0 to 65535, was "eighty"/],
  [["--port", "0x50"], /--port must be a number from 0 to 65535, was "0x50"/],
  [["--ouch-port", ""], /--ouch-port must be a number from 0 to 65535, was ""/],
  [["--host", ""], /--host must not be empty/],
  [["--journal", ""], /--journal must not be empty/],
  [["--fsync", "maybe"], /--fsync must be batch or never, was "maybe"/],
  [["--md-throttle", "77"], /--md-throttle must be one of 0, 50, .* milliseconds, was "77"/],
  [["--md-latency", "soon"], /--md-latency must be 0 to 10000 milliseconds, was "soon"/],
  [["--seed", ""], /--seed must be a whole number from 0, was ""/],
  [["--colour"], /Unknown option '--colour'/],
  [["--host", "::1"], /--host must be a name or an IPv4 address, was "::1"/],
  [["--itch-line", "9882"], /--itch-line must be HOST:PORT, .*, was "9882"/],
  [["--itch-line", "127.0.0.1:0"], /--itch-line must be HOST:PORT, .*, was "127.0.0.1:0"/],
  [["--itch-line", "127.0.0.1:70000"], /--itch-line must be a number from 0 to 65535, was "70000"/],
  [["--fast-line", "::1:9884"], /--fast-line must be HOST:PORT, .*an IPv4 address, was "::1:9884"/],
  [["--replay-speed", "0"], /--replay-speed must be a number above 0, or max, was "0"/],
  [["--snapshot-every", "1e6"], /--snapshot-every must be a whole number above 0, was "1e6"/],
  [["--scenario", "earthquake"], /--scenario must be one of flash-crash, halt, auction, was "earthquake"/],
])("%j is refused", (args, message) => {
  expect(() => readSettings(args, {})).toThrow(message);
});
