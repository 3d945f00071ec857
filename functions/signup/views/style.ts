/** The style of the sign-up page, in the colours of the local page. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d1b18;--quiet:#5f5a52;--paper:#f7f5f0;--card:#fffefb;--line:#ddd8cd;--accent:#b3261e;--on-accent:#fff;--well:#3c7a45}
@media (prefers-color-scheme:dark){:root{--ink:#e9e6df;--quiet:#a39e94;--paper:#141518;--card:#1c1d21;--line:#34353b;--accent:#ff8a7a;--on-accent:#2b0704;--well:#7cc388}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
main{max-width:38rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font:700 1.7rem/1.2 Georgia,serif;margin:.5rem 0 1rem}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--accent)}
fieldset{border:0;margin:1.5rem 0;padding:0;min-width:0}
legend{font-weight:600;padding:0;margin-bottom:.5rem}
.topic{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:.6rem 0}
.topic>label{display:flex;gap:.7rem;align-items:baseline;font-weight:600;cursor:pointer}
.topic>label>span{min-width:0}
.topic:has(input:checked){border-color:var(--accent)}
.topic ul{margin:.4rem 0 0;padding:0 0 0 1.1rem}
.topic li{margin:.2rem 0}
.topic time{white-space:nowrap}
.quiet,.topic li{color:var(--quiet);font-size:.92rem}
input[type=checkbox],input[type=radio]{width:1.1rem;height:1.1rem;flex:none;accent-color:var(--accent);transform:translateY(.15rem)}
.field label{display:block;font-weight:600;margin:1rem 0 .3rem}
input[type=text],input[type=email],input[type=tel]{font:inherit;width:100%;padding:.6rem .7rem;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:.5rem}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);cursor:pointer;margin:1rem .5rem 0 0}
button.plain{background:transparent;color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.fault{border-left:4px solid var(--accent);background:var(--card);padding:.6rem .9rem}
.done{border-left:4px solid var(--well);background:var(--card);padding:.6rem .9rem}
`;
