import { describe, expect, test } from "vitest";
import { Calendar } from "../../src/venue/calendar/calendar.ts";
import { dateOf, dayPlan, equityHours, midnightBefore } from "../../src/venue/calendar/day-plan.ts";
import { demoPlan } from "../../src/venue/calendar/demo-plan.ts";
import type { VenueCommand } from "../../src/venue/commands.ts";

const at = (iso: string): number => Date.parse(iso) * 1_000;
const words = (commands: readonly VenueCommand[]): string[] =>
  commands.map((command) => ("phase" in command ? command.phase : command.type));

describe("trading hours", () => {
  test("a day in New York, in winter five hours behind UTC", () => {
    const calendar = new Calendar(dayPlan(equityHours), at("2026-01-05T05:00:00Z"));
    expect(calendar.nextMicros).toBe(at("2026-01-05T11:00:00Z"));
    expect(words(calendar.tick(at("2026-01-05T10:59:59.999Z")))).toEqual([]);
    expect(calendar.tick(at("2026-01-05T11:00:00Z"))).toEqual([
      { type: "start-day", timeMicros: at("2026-01-05T11:00:00Z"), date: dateOf("2026-01-05") },
      { type: "settle", timeMicros: at("2026-01-05T11:00:00Z"), date: dateOf("2026-01-05") },
    ]);
    expect(words(calendar.tick(at("2026-01-05T14:30:00Z")))).toEqual([
      "pre-open",
      "opening-auction",
      "continuous",
    ]);
    expect(calendar.session).toBe("continuous");
    expect(words(calendar.tick(at("2026-01-05T21:05:00Z")))).toEqual([
      "closing-auction",
      "closed",
      "continuous",
    ]);
    expect(calendar.session).toBe("after-hours");
    expect(words(calendar.tick(at("2026-01-06T01:00:00Z")))).toEqual(["end-day"]);
    expect(calendar.session).toBe("closed");
  });

  test("in summer it opens an hour earlier by UTC", () => {
    const plan = dayPlan({ ...equityHours, steps: [{ time: "09:30", action: "continuous" }] });
    const opening = (iso: string): string =>
      new Date(new Calendar(plan, at(iso)).nextMicros / 1_000).toISOString();
    expect(opening("2026-03-06T05:00:00Z")).toBe("2026-03-06T14:30:00.000Z");
    // Clocks went forward on Sunday, 8 March 2026.
    expect(opening("2026-03-07T05:00:00Z")).toBe("2026-03-09T13:30:00.000Z");
    expect(opening("2026-10-31T05:00:00Z")).toBe("2026-11-02T14:30:00.000Z");
  });

  test.each([
    ["America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"],
    ["Pacific/Auckland", "2026-04-05", "02:30", "2026-04-04T13:30:00Z"],
    ["Pacific/Chatham", "2026-04-05", "03:00", "2026-04-04T13:15:00Z"],
    ["Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"],
  ])("in %s on %s clocks show %s twice: the first time counts", (timeZone, date, time, first) => {
    const steps = [{ time, action: "continuous" as const }];
    const plan = dayPlan({ timeZone, weekdays: [0, 1, 2, 3, 4, 5, 6], holidays: [], steps });
    const dayBefore = (dateOf(date) - 1) * 86_400_000_000;
    const opened: number[] = [];
    const calendar = new Calendar(plan, dayBefore);
    while (opened.length < 3) {
      opened.push(calendar.nextMicros);
      calendar.tick(calendar.nextMicros);
    }
    expect(opened).toContain(at(first));
  });

  test("it stays closed on weekends and holidays", () => {
    const plan = dayPlan({ ...equityHours, holidays: ["2026-12-25"] });
    const calendar = new Calendar(plan, at("2026-12-25T02:00:00Z"));
    expect(calendar.nextMicros).toBe(at("2026-12-28T11:00:00Z"));
  });

  test("a new venue catches up with the day", () => {
    const now = at("2026-01-05T15:00:00Z");
    const after = midnightBefore(equityHours, now);
    expect(after).toBe(at("2026-01-05T05:00:00Z"));
    const calendar = new Calendar(dayPlan(equityHours), after);
    expect(words(calendar.tick(now)).at(-1)).toBe("continuous");
  });

  test("what was due while the venue was down is due at once, in order", () => {
    const calendar = new Calendar(dayPlan(equityHours), at("2026-01-05T19:00:00Z"));
    expect(words(calendar.tick(at("2026-01-06T15:00:00Z")))).toEqual([
      "closing-auction",
      "closed",
      "continuous",
      "end-day",
      "start-day",
      "settle",
      "pre-open",
      "opening-auction",
      "continuous",
    ]);
  });

  describe("a step that an order came before, and a crash after", () => {
    const today = dateOf("2026-01-05");
    const open = { date: today, isDayOpen: true };
    test.each([
      ["the end of the day", "2026-01-06T01:00:00.003Z", open, "continuous", ["settle", "end-day"]],
      ["the opening", "2026-01-05T14:30:00.003Z", open, "opening-auction", ["settle", "continuous"]],
      ["none of the opening", "2026-01-05T14:30:00.003Z", open, "continuous", ["settle"]],
      [
        "the beginning of the day",
        "2026-01-05T11:00:00.003Z",
        { date: today - 3, isDayOpen: false },
        "closed",
        ["start-day", "settle"],
      ],
      [
        "none of a day that has ended",
        "2026-01-06T01:00:00.003Z",
        { date: today, isDayOpen: false },
        "closed",
        [],
      ],
    ] as const)("%s is made up for", (_, last, { date, isDayOpen }, phase, due) => {
      const plan = dayPlan(equityHours, { date, isDayOpen, isIn: (asked) => asked === phase });
      const calendar = new Calendar(plan, at(last));
      expect(words(calendar.tick(at(last)))).toEqual(due);
    });

    test("on a later day, the open day ends before the next one begins", () => {
      const plan = dayPlan(equityHours, { ...open, isIn: () => true });
      const calendar = new Calendar(plan, at("2026-01-06T01:00:00.003Z"));
      const commands = calendar.tick(at("2026-01-06T11:00:00Z"));
      expect(words(commands)).toEqual(["settle", "end-day", "start-day", "settle"]);
      expect(commands.map((command) => "date" in command && command.date)).toEqual([
        today,
        today,
        today + 1,
        today + 1,
      ]);
    });
  });

  test.each([
    [{ timeZone: "Mars/Olympus" }, /time ?zone/i],
    [{ steps: [{ time: "9:30", action: "continuous" as const }] }, /09:30 or 09:30:15, was 9:30/],
    [
      {
        steps: [
          { time: "10:00", action: "continuous" as const },
          { time: "09:00", action: "closed" as const },
        ],
      },
      /in order/,
    ],
    [{ steps: [] }, /must have steps/],
    [{ weekdays: [] }, /weekdays/],
    [{ holidays: ["25.12.2026"] }, /2026-12-25, was 25.12.2026/],
  ])("%j is refused", (change, message) => {
    expect(() => dayPlan({ ...equityHours, ...change })).toThrow(message);
  });
});

describe("the demonstration", () => {
  const noon = at("2026-05-04T12:00:00Z");
  const today = dateOf("2026-05-04");

  test("opens within two seconds, and again at midnight", () => {
    const calendar = new Calendar(demoPlan({ date: -1, isDayOpen: false, isTrading: false }, noon), noon);
    expect(words(calendar.tick(noon))).toEqual(["start-day", "pre-open"]);
    expect(words(calendar.tick(noon + 1_500_000))).toEqual(["opening-auction", "continuous"]);
    expect(calendar.nextMicros).toBe(at("2026-05-05T00:00:00Z"));
    expect(words(calendar.tick(at("2026-05-05T00:00:02Z")))).toEqual([
      "end-day",
      "settle",
      "start-day",
      "pre-open",
      "opening-auction",
      "continuous",
    ]);
  });

  test.each([
    ["recovered while trading: goes on", { date: today, isDayOpen: true, isTrading: true }, []],
    ["recovered before the opening: opens", { date: today, isDayOpen: true, isTrading: false }, ["pre-open"]],
    [
      "recovered on a later day",
      { date: today - 3, isDayOpen: true, isTrading: true },
      ["end-day", "settle", "start-day", "pre-open"],
    ],
    [
      "stopped after the end of the day: the next day begins",
      { date: today, isDayOpen: false, isTrading: false },
      ["settle", "start-day", "pre-open"],
    ],
  ])("%s", (_name, state, expected) => {
    expect(words(new Calendar(demoPlan(state, noon), noon).tick(noon))).toEqual(expected);
  });
});
