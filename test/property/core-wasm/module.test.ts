import { describe, expect, test } from "vitest";
import module from "../../../core-wasm/build/core.wasm";
import dataUrl from "../../../core-wasm/build/core.wasm?url&inline";

const SIZE_LIMIT_BYTES = 16 * 1024;

describe("the module", () => {
  test("imports nothing, so it can reach nothing", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  test("exports functions, numbers and its memory, and no runtime of AssemblyScript", () => {
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("__"))).toEqual([]);
    expect(names).toContain("memory");
  });

  test("is smaller than 16 KB", () => {
    const size = atob(dataUrl.slice(dataUrl.indexOf(",") + 1)).length;
    console.log(`core.wasm: ${size} bytes`);
    expect(size).toBeGreaterThan(1024);
    expect(size).toBeLessThan(SIZE_LIMIT_BYTES);
  });
});
