import { useState } from "preact/hooks";

/** Switches to another customer's phone. */
export function ChooseCustomer({ customerId, onChoose }: { customerId: string; onChoose: (id: string) => void }) {
  const [text, setText] = useState(customerId);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text !== "") onChoose(text);
  };
  return (
    <form class="choose-customer" onSubmit={onSubmit}>
      <label>
        Customer
        <input
          required
          autocomplete="off"
          spellcheck={false}
          maxLength={64}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value.trim())}
        />
      </label>
      <button type="submit">Switch</button>
    </form>
  );
}
