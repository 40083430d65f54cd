/** The page: a phone, a point of sale, every message between them, and the tools of the rehearsal. */
import { useState } from "preact/hooks";
import type { Customer } from "./calls/sandbox.ts";
import { ChooseCustomer } from "./customer/choose-customer.tsx";
import { CustomerSettings } from "./customer/customer-settings.tsx";
import { OpenCustomer } from "./customer/open-customer.tsx";
import { useCustomer } from "./customer/use-customer.ts";
import { FirstSteps } from "./introduction/first-steps.tsx";
import { Introduction } from "./introduction/introduction.tsx";
import { PhoneView } from "./phone/phone.tsx";
import type { ShownCode } from "./phone/use-payment-code.ts";
import { usePhone } from "./phone/use-phone.ts";
import { PointOfSaleView } from "./point-of-sale/point-of-sale.tsx";
import { Subscriptions } from "./point-of-sale/subscriptions.tsx";
import { usePointOfSale } from "./point-of-sale/use-point-of-sale.ts";
import { FaultBar } from "./rehearsal/fault-bar.tsx";
import { Rehearsal } from "./rehearsal/rehearsal.tsx";
import { useClock } from "./rehearsal/use-clock.ts";
import { useFaults } from "./rehearsal/use-faults.ts";
import { Timeline } from "./timeline/timeline.tsx";
import { useTraffic } from "./timeline/use-traffic.ts";
import { useAuthorizationPlace } from "./use-authorization-place.ts";
import { usePlace } from "./use-place.ts";

const FIRST_CUSTOMER = "alice";
/** The currency of sales while there is no customer. */
const DEFAULT_CURRENCY = "HKD";

/** What the parts are called, in the order of the document. */
const WALLET = { id: "wallet", title: "The customer’s phone", jump: "Phone" };
const MERCHANT = { id: "merchant", title: "The point of sale", jump: "Point of sale" };
const REHEARSAL = { id: "rehearsal", title: "The rehearsal", jump: "Rehearsal" };
const MESSAGES = { id: "messages", title: "Messages", jump: "Messages" };

const PHONE = `#${WALLET.id} .phone`;

/** The page. */
export function App() {
  const [place, go] = usePlace();
  const { customer: customerId = FIRST_CUSTOMER, payment: followedId, messages, tool } = place;
  const [resets, setResets] = useState(0);
  const traffic = useTraffic();
  const { refresh } = traffic;
  /** Changes when every part must poll again: after a message or a reset. */
  const occasion = `${resets} ${traffic.newestKey}`;
  const clock = useClock(occasion, refresh);
  const faults = useFaults(occasion);
  const account = useCustomer(customerId, occasion);
  const { customer, owner } = account;
  const phone = usePhone(owner?.customerId, clock.jumps, occasion, refresh);
  const pointOfSale = usePointOfSale(occasion, refresh);
  const followed = pointOfSale.sales?.find(({ paymentRequestId }) => paymentRequestId === followedId);
  const walletCurrency = owner?.account?.currency ?? DEFAULT_CURRENCY;
  useAuthorizationPlace(phone, owner?.customerId, place, go);
  const goTo = (selector: string) => document.querySelector(selector)?.scrollIntoView({ block: "nearest" });
  const onReset = () => {
    setResets((count) => count + 1);
    go({ payment: undefined, messages: [] });
    refresh();
  };
  return (
    <>
      <Introduction />
      <FirstSteps hasCustomer={customer !== undefined} hasSale={pointOfSale.sales && pointOfSale.sales.length > 0} />
      <nav class="jump" aria-label="Parts of the page">
        {[WALLET, MERCHANT, REHEARSAL, MESSAGES].map(({ id, jump }) => (
          <a key={id} href={`#${id}`}>
            {jump}
          </a>
        ))}
      </nav>
      <main>
        <section class="wallet-column" id={WALLET.id} aria-label={WALLET.title}>
          <h2>{WALLET.title}</h2>
          {owner ? <PhoneView phone={phone} owner={owner} /> : <OpenCustomer account={account} />}
          <ChooseCustomer key={customerId} customerId={customerId} onChoose={(chosen) => go({ customer: chosen })} />
          {customer && <CustomerSettings account={account} customer={customer} />}
        </section>
        <section class="merchant-column" id={MERCHANT.id} aria-label={MERCHANT.title}>
          <h2>{MERCHANT.title}</h2>
          <PointOfSaleView
            key={walletCurrency}
            pointOfSale={pointOfSale}
            exchanges={traffic.exchanges}
            shownCode={phone.shownCode.code?.paymentCode}
            codeProblem={codeProblemOf(customer, phone.shownCode)}
            walletCurrency={walletCurrency}
            followed={followed}
            onFollow={(sale) => {
              go({ payment: sale?.paymentRequestId });
              if (sale) goTo(`#${MESSAGES.id} .heading`);
            }}
            onScanPhone={() => {
              goTo(PHONE);
              phone.show("CODE");
            }}
            onScan={(codeValue) => {
              goTo(PHONE);
              void phone.scan(codeValue);
            }}
            onOpenCashier={(url) => {
              goTo(PHONE);
              void phone.openCashier(url);
            }}
          >
            <Subscriptions
              walletCurrency={walletCurrency}
              occasion={occasion}
              onOpen={(authUrl) => {
                goTo(PHONE);
                void phone.scan(authUrl);
              }}
            />
          </PointOfSaleView>
        </section>
        <div class="middle-column">
          <section id={REHEARSAL.id} aria-label={REHEARSAL.title}>
            <Rehearsal
              tool={tool}
              onTool={(chosen) => go({ tool: chosen })}
              faults={faults}
              clock={clock}
              occasion={occasion}
              walletCurrency={walletCurrency}
              onReset={onReset}
            />
          </section>
          <section class="messages" id={MESSAGES.id} aria-label={MESSAGES.title}>
            <Timeline
              title={MESSAGES.title}
              traffic={traffic}
              entries={customer?.entries ?? []}
              followedId={followedId}
              followed={followed}
              onShowAll={() => go({ payment: undefined })}
              open={messages}
              onOpen={(open) => go({ messages: open })}
            />
          </section>
        </div>
      </main>
      <FaultBar
        faults={faults}
        onShow={() => {
          go({ tool: "FAULTS" });
          goTo(`#${REHEARSAL.id}`);
        }}
      />
    </>
  );
}

/** Why the phone shows no code that could be scanned. */
function codeProblemOf(customer: Customer | undefined, { failure }: ShownCode): string {
  if (!customer) return "The phone has no customer yet: open one on the phone.";
  return failure ? `The phone has no code: ${failure.failure}` : "The phone is fetching a code …";
}
