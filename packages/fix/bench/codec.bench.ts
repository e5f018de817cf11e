import type { Prepare, Suite } from "@exchange-kit/bench";
import { Dictionary, FixEncoder, FixParser, type FixView, Validator } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";

const COUNT = 64;
const dictionary = new Dictionary(FIX44);

/** Orders like those of an equity gateway, each a little different. */
function orders(): Uint8Array[] {
  const encoder = new FixEncoder(new Uint8Array(4096));
  return Array.from({ length: COUNT }, (_, n) => {
    const length = write(encoder, n);
    return encoder.buffer.slice(encoder.start, encoder.start + length);
  });
}

function write(encoder: FixEncoder, n: number): number {
  encoder
    .begin("FIX.4.4", "D")
    .int(34, 100_000 + n)
    .string(49, "BUYSIDE01")
    .string(52, "20260105-14:30:00.137");
  encoder
    .string(56, "EXCHANGE")
    .string(1, "AC12345")
    .string(11, "ORDMK1B5C0PQ07")
    .string(15, "USD")
    .string(21, "1");
  encoder
    .int(38, 100 * (1 + (n % 500)))
    .string(40, "2")
    .decimal(44, 1_234_500 + n, 4)
    .string(54, "1");
  return encoder.string(55, "SIEGY").string(59, "0").string(60, "20260105-14:30:00.134").end();
}

function digest(view: FixView): number {
  return (
    view.int(34) + view.length(11) + view.length(55) + view.char(54) + view.int(38) + view.decimal(44, 4)
  );
}

/** The least that any decoder must do: look at every byte once and add it up. */
const sumOfBytes: Prepare = () => {
  const messages = orders();
  return () => {
    let sum = 0;
    for (const bytes of messages) for (let i = 0; i < bytes.length; i++) sum += bytes[i]!;
    return sum;
  };
};

const parse =
  (validator?: Validator): Prepare =>
  () => {
    const messages = orders();
    const parser = new FixParser();
    return () => {
      let sum = 0;
      for (const bytes of messages) {
        parser.parse(bytes);
        if (validator && !validator.validate(parser.view)) throw new Error(`reason ${validator.reason}`);
        sum += digest(parser.view);
      }
      return sum;
    };
  };

const encode: Prepare = () => {
  const encoder = new FixEncoder(new Uint8Array(4096));
  return () => {
    let sum = 0;
    for (let n = 0; n < COUNT; n++) sum += write(encoder, n);
    return sum;
  };
};

const suite: Suite = {
  name: "fix",
  scenarios: [
    {
      name: "parse a NewOrderSingle and read six fields",
      operations: COUNT,
      subject: parse(),
      peers: { "sum of bytes": sumOfBytes },
      targets: [{ measure: "p50 nanoseconds", atMost: 1000 }],
    },
    {
      name: "the same, validated against FIX 4.4",
      operations: COUNT,
      subject: parse(new Validator(dictionary)),
      peers: { "sum of bytes": sumOfBytes },
      targets: [{ measure: "p50 nanoseconds", atMost: 3000 }],
    },
    {
      name: "encode a NewOrderSingle",
      operations: COUNT,
      subject: encode,
      targets: [{ measure: "p50 nanoseconds", atMost: 1500 }],
    },
  ],
};
export default suite;
