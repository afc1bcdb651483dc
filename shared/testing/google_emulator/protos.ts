/** Google's services, from the `.proto` files inside of Google's own packages. */
import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition, type ServiceDefinition } from "@grpc/grpc-js";
import { load } from "@grpc/proto-loader";

/** Never run: an import in the source is what lets `resolve` find a package without a lock file. */
const PACKAGES = {
  "@google-cloud/speech": () => import("@google-cloud/speech"),
  "@google-cloud/text-to-speech": () => import("@google-cloud/text-to-speech"),
  "google-gax": () => import("google-gax"),
};

const FILES = [
  "google/cloud/speech/v1/cloud_speech.proto",
  "google/cloud/texttospeech/v1/cloud_tts.proto",
];

export interface GoogleServices {
  readonly speech: ServiceDefinition;
  readonly textToSpeech: ServiceDefinition;
}

export async function loadServices(): Promise<GoogleServices> {
  const definition = await load(FILES, {
    includeDirs: Object.keys(PACKAGES).map(protoFolder),
    defaults: true,
    oneofs: true,
    enums: String,
    longs: String,
  });
  const root = loadPackageDefinition(definition);
  return {
    speech: serviceAt(root, "google.cloud.speech.v1.Speech"),
    textToSpeech: serviceAt(root, "google.cloud.texttospeech.v1.TextToSpeech"),
  };
}

function protoFolder(packageName: string): string {
  return fileURLToPath(new URL("../protos/", import.meta.resolve(packageName)));
}

function serviceAt(root: GrpcObject, path: string): ServiceDefinition {
  const found = path.split(".").reduce<unknown>(
    (part, name) => (part as GrpcObject | undefined)?.[name],
    root,
  );
  if (typeof found !== "function" || !("service" in found)) {
    throw new Error(`Cannot load Google's services: ${path} is not in ${FILES.join(", ")}`);
  }
  return found.service as ServiceDefinition;
}
