/** What the service takes and how long it takes, for explaining failures. Source: AWS's documentation, mid-2025. */

/** What kind of file a job has read. */
export type Modality = "document" | "image" | "audio" | "video";

interface ModalityLimits {
  readonly modality: Modality;
  readonly maxMegabytes: number;
  readonly formats: readonly string[];
  /** What else is bounded, as a person would say it. */
  readonly others: readonly string[];
  /** Jobs at the same time for one account and region, before an increase was asked for. */
  readonly concurrentJobs: number;
}

const modalityLimits: readonly ModalityLimits[] = [
  {
    modality: "document",
    maxMegabytes: 500,
    formats: ["PDF", "TIFF", "JPEG", "PNG", "DOCX"],
    others: ["3,000 pages with the splitter on, 20 pages a sub-document", "no password"],
    concurrentJobs: 25,
  },
  {
    modality: "image",
    maxMegabytes: 5,
    formats: ["JPEG", "PNG"],
    others: ["8k resolution"],
    concurrentJobs: 20,
  },
  {
    modality: "audio",
    maxMegabytes: 2048,
    formats: ["AMR", "FLAC", "M4A", "MP3", "Ogg", "WAV"],
    others: ["240 minutes"],
    concurrentJobs: 20,
  },
  {
    modality: "video",
    maxMegabytes: 10_240,
    formats: ["MP4", "MOV", "AVI", "MKV", "WEBM"],
    others: ["240 minutes"],
    concurrentJobs: 20,
  },
];

/** Jobs queued and running together, for one account and region. */
const openJobsLimit = 1800;

/** The longest job that was seen while this was written: a short film. AWS publishes no bound. */
export const longestSeenJobSeconds = 600;

/** `Document: at most 500 MB, 3,000 pages …; PDF, TIFF, …`, for one modality, or one after the other for all. */
export function limitsText(modality?: Modality): string {
  return modalityLimits
    .filter((limits) => modality === undefined || limits.modality === modality)
    .map(({ modality: name, maxMegabytes, others, formats }) => {
      const bounds = [`${maxMegabytes.toLocaleString("en-US")} MB`, ...others].join(", ");
      return `${name}: at most ${bounds}; ${formats.join(", ")}.`;
    })
    .join(" ");
}

/** `25 document jobs, 20 image, 20 audio and 20 video jobs at the same time, 1,800 open`. */
export function concurrencyText(): string {
  const each = modalityLimits
    .map(({ modality, concurrentJobs }) => `${concurrentJobs} ${modality}`)
    .join(", ");
  return `${each} jobs at the same time, ${openJobsLimit.toLocaleString("en-US")} open`;
}
