import { describe, it } from "@std/testing/bdd";
