export { CommandJournal, type CommandReplay, type JournalEngine, replayCommands } from "./command-journal.ts";
export { EventJournal, type EventReplay, replayEvents } from "./event-journal.ts";
