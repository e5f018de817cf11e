export { createFileLog, type FileLog, type FileLogOptions } from "./file-log.ts";
export { createFileStore, FileStore, type FileStoreOptions, type SyncPolicy } from "./file-store.ts";
