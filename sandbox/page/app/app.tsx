/** A phone, a point of sale, and every message between them. */
import { useState } from "preact/hooks";
import { ChooseCustomer } from "./customer/choose-customer.tsx";
import { CustomerSettings } from "./customer/customer-settings.tsx";
import { OpenCustomer } from "./customer/open-customer.tsx";
import { PhoneView } from "./phone/phone.tsx";
import { usePhone } from "./phone/use-phone.ts";
import { PointOfSaleView } from "./point-of-sale/point-of-sale.tsx";
import { usePointOfSale } from "./point-of-sale/use-point-of-sale.ts";
import { Timeline } from "./timeline/timeline.tsx";
import { useCustomer } from "./use-customer.ts";
import { useTraffic } from "./use-traffic.ts";

const FIRST_CUSTOMER = "alice";
/** Of orders while there is no customer. */
const DEFAULT_CURRENCY = "HKD";

/** What the columns are called, in the order of the document. */
const WALLET = { id: "wallet", title: "The customer’s phone" };
const MERCHANT = { id: "merchant", title: "The point of sale" };
const MESSAGES = { id: "messages", title: "Messages" };

/** The page. */
export function App() {
  const [customerId, setCustomerId] = useState(FIRST_CUSTOMER);
  const traffic = useTraffic();
  const { newestKey, refresh } = traffic;
  const account = useCustomer(customerId, newestKey);
  const { customer } = account;
  const phone = usePhone(customer?.customerId, newestKey, refresh);
  const pointOfSale = usePointOfSale(newestKey, refresh);
  const walletCurrency = customer?.currency ?? DEFAULT_CURRENCY;
  const takePhone = () => document.getElementById(WALLET.id)?.scrollIntoView({ block: "nearest" });
  return (
    <>
      <header>
        <h1>Plusgate sandbox</h1>
        <p>
          Play a payment through the gateway, and read every message. <a href="/wallet/v1">Wallet calls</a>
        </p>
      </header>
      <nav class="jump" aria-label="Parts of the page">
        {[WALLET, MERCHANT, MESSAGES].map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <main>
        <section class="wallet-column" id={WALLET.id} aria-label={WALLET.title}>
          <h2>{WALLET.title}</h2>
          {customer ? <PhoneView phone={phone} customer={customer} /> : <OpenCustomer account={account} />}
          <ChooseCustomer key={customerId} customerId={customerId} onChoose={setCustomerId} />
          {customer && <CustomerSettings account={account} customer={customer} />}
        </section>
        <section class="merchant-column" id={MERCHANT.id} aria-label={MERCHANT.title}>
          <h2>{MERCHANT.title}</h2>
          <PointOfSaleView
            key={walletCurrency}
            pointOfSale={pointOfSale}
            shownCode={phone.shownCode.code?.paymentCode}
            walletCurrency={walletCurrency}
            onScanPhone={() => {
              takePhone();
              phone.show("CODE");
            }}
            onScan={(codeValue) => {
              takePhone();
              void phone.scan(codeValue);
            }}
          />
        </section>
        <section class="timeline-column" id={MESSAGES.id} aria-label={MESSAGES.title}>
          <Timeline title={MESSAGES.title} traffic={traffic} />
        </section>
      </main>
    </>
  );
}
