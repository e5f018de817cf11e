export { CommandJournal, type JournalEngine, replayCommands } from "./command-journal.ts";
export { EventJournal, replayEvents } from "./event-journal.ts";
