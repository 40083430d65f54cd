/** The Code 128 encoder of jsbarcode 3.12.3. The package's own declarations know only its way to draw. */
declare module "jsbarcode/bin/barcodes/CODE128/index.js" {
  /** Chooses code sets by itself: C for pairs of digits. */
  export class CODE128 {
    /** @param data ASCII */
    constructor(data: string, options: Readonly<Record<string, never>>);
    /** `data`: one character per module, `1` for a bar, from the start symbol to the end of the stop symbol. */
    encode(): { readonly data: string };
  }
}
