import { assert, assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { bytesPlayed } from "./heard.ts";
import { type BenchCall, KavBench } from "./kav_bench.ts";
