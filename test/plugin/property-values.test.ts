import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decode, encode } from "../../provider/plugin/property-values";
import { unknownValue } from "../../provider/run/constants";
import { anyCharacter } from "../any-character";
import { secret, struct, unknowns, type Wire, wireOf } from "./helpers/wire";

/** The decoded properties of a message. */
function decoded(wire: Wire) {
  const { values, secrets } = decode(struct(wire));
  return { values, secrets: [...secrets].sort() };
}

describe("decoding", () => {
  test.each(Object.entries(unknowns))("decodes an unknown %s at any depth", (_type, text) => {
    expect(decoded({ plain: text, deep: { list: ["a", [text]] } }).values).toEqual({
      plain: unknownValue,
      deep: { list: ["a", [unknownValue]] },
    });
  });

  test("unwraps a secret, and returns the property's name", () => {
    expect(decoded({ token: secret("a"), tag: "b" })).toEqual({
      values: { token: "a", tag: "b" },
      secrets: ["token"],
    });
  });

  test("marks a property as secret that contains a secret", () => {
    expect(
      decoded({
        list: ["a", { deep: [secret("b")] }],
        twice: secret({ deep: secret("c") }),
        plaintext: ["a"],
      }),
    ).toEqual({
      values: { list: ["a", { deep: ["b"] }], twice: { deep: "c" }, plaintext: ["a"] },
      secrets: ["list", "twice"],
    });
  });
});

describe("encoding", () => {
  test("wraps whole properties as secrets, and ignores names without a property", () => {
    expect(wireOf(encode({ token: { deep: "a" }, tag: "b" }, ["token", "missing"]))).toEqual({
      token: secret({ deep: "a" }),
      tag: "b",
    });
  });

  test("replaces a partly unknown value by the string that all SDKs recognize", () => {
    expect(wireOf(encode({ a: unknownValue, b: [1, unknownValue], c: { d: unknownValue } }, ["c"]))).toEqual({
      a: unknowns.string,
      b: unknowns.string,
      c: secret(unknowns.string),
    });
  });
});

/** google-protobuf drops properties with this name. */
const unsupportedName = "__proto__";

/** Values that a message can contain. */
const sendable = fc
  .jsonValue({ stringUnit: anyCharacter })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes(unsupportedName))
  .map((text) => JSON.parse(text));

const name = fc.string().filter((text) => text !== unsupportedName);

test("decodes what it encodes, with its secrets", () => {
  fc.assert(
    fc.property(fc.dictionary(name, sendable), fc.func(fc.boolean()), (values, isSecret) => {
      const names = Object.keys(values);
      const secrets = new Set(names.filter((each) => isSecret(each)));
      const back = decode(encode(values, secrets));
      expect(back.values).toEqual(Object.fromEntries(Object.entries(values)));
      expect(back.secrets).toEqual(secrets);
    }),
  );
});
