export {
  decodeItchFile,
  type ItchFileOptions,
  type ItchFileProgress,
  type ItchFileSummary,
  readItchFile,
} from "./itch-file.ts";
export { detectFormat, type ItchFileFormat, type PacketFilter } from "./source.ts";
