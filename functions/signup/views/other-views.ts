import { type Markup, markup } from '../../shared/markup.ts';
import { faultNotice } from './layout.ts';

/** Says what happens next. It is the same whether or not somebody was subscribed already. */
export function checkMailView(isLink: boolean): Markup {
  return isLink
    ? markup`<p class="done">If this address receives anything from here, an email with a link to its settings is on its way.</p>
<p class="quiet">It can take a few minutes. Check your spam folder, too.</p>
<p><a href="./">Back</a></p>`
    : markup`<p class="done">We have sent you an email to confirm each topic, unless you already receive it.</p>
<p>Follow the link in it. Nothing is sent before you do.</p>
<p class="quiet">It can take a few minutes. Check your spam folder, too.</p>
<p><a href="./">Back</a></p>`;
}

/** Asks for the code that was sent to a number. */
export function codeView(number: string, fault?: string): Markup {
  return markup`${faultNotice(fault)}
<p>An SMS with a code of six digits is on its way to ${number}.</p>
<form method="post" action="./code">
<input type="hidden" name="number" value="${number}">
<div class="field">
<label for="code">The code</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required>
</div>
<button>Confirm</button>
</form>
<p class="quiet">The code works for ten minutes. No code? <a href="./">Start again</a>.</p>`;
}

/** Asks for the address whose settings a person wants to see. */
export function askLinkView(offersSms: boolean, fault?: string): Markup {
  return markup`${faultNotice(fault)}
<p>Enter the address at which you receive messages. ${offersSms ? 'You get an email with a link, or an SMS with a code.' : 'You get an email with a link.'}</p>
<form method="post" action="./manage">
<div class="field">
<label for="address">${offersSms ? 'Your email address or phone number' : 'Your email address'}</label>
<input id="address" name="address" type="${offersSms ? 'text' : 'email'}" autocomplete="${offersSms ? 'on' : 'email'}" maxlength="254" required>
</div>
<button>Send it</button>
</form>
<p><a href="./">Subscribe to topics</a></p>`;
}

/** Asks before something is done for which a link was followed, since mail scanners follow links, too. */
export function confirmView(question: string, action: string, button: string): Markup {
  return markup`<p>${question}</p>
<form method="post" action="${action}">
<button>${button}</button>
</form>`;
}

export function noticeView(message: string): Markup {
  return markup`<p class="done" role="status">${message}</p>
<p><a href="./">Subscribe to topics</a></p>`;
}

export function faultView(message: string): Markup {
  return markup`${faultNotice(message)}
<p><a href="./">Back</a></p>`;
}
