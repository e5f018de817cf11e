const LIGHT = `--page:#f4f4f2;--card:#ffffff;--ink:#1b1b1a;--muted:#5c5b57;--line:#e3e2de;--axis:#b9b8b2;
--first:#2a6fc9;--second:#c9741a;--gain:#1f8a4c;--loss:#cf3f3a;color-scheme:light;`;
const DARK = `--page:#121312;--card:#1c1d1c;--ink:#f1f1ee;--muted:#b0afa9;--line:#333432;--axis:#5d5e5a;
--first:#5a9bef;--second:#e39a4c;--gain:#3fb573;--loss:#ec6a63;color-scheme:dark;`;

/** One style sheet for screen, dark and light, and for paper. */
export const styleSheet: string = `
:root{${LIGHT}}
:root[data-theme=dark]{${DARK}}
@media (prefers-color-scheme:dark){:root[data-theme=auto]{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1040px;margin:0 auto;padding:28px 20px 40px;display:grid;grid-template-columns:minmax(0,1fr);gap:14px}
header h1{font-size:24px;margin:0}
header p{margin:2px 0 0;color:var(--muted)}
h2{font-size:14px;font-weight:600;margin:0 0 8px}
.card,.tile{background:var(--card);border:1px solid var(--line);border-radius:8px}
.card{padding:14px 18px}
.tiles{display:grid;grid-template-columns:repeat(7,1fr);gap:10px}
.tile{padding:10px 12px}
.tile span{display:block;color:var(--muted);font-size:12px}
.tile strong{font-size:19px;font-weight:600;white-space:nowrap}
figure{margin:0}
svg{display:block;width:100%;height:auto}
.legend{margin:-2px 0 4px;color:var(--muted);font-size:12px}
.key{display:inline-block;width:14px;height:3px;border-radius:2px;margin:0 6px 3px 0;vertical-align:middle}
.key+.key,.key.second{margin-left:16px}
.key.first{background:var(--first)}
.key.second{background:var(--second)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:14px}
.columns:has(>:nth-child(4)){grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr))}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th{font-weight:400;color:var(--muted);text-align:left}
td{text-align:right;white-space:nowrap}
th,td{padding:4px 0 4px 8px;border-top:1px solid var(--line)}
tr>:first-child{padding-left:0}
tr:first-child>th,tr:first-child>td{border-top:0}
tbody tr:first-child>td{border-top:0}
.wide thead th{text-align:right}
.wide thead+tbody tr:first-child>td{border-top:1px solid var(--line)}
.wide th:first-child,.wide td:first-child{text-align:left}
@media (max-width:760px){.tiles{grid-template-columns:repeat(auto-fit,minmax(120px,1fr))}.wide{font-size:12px}}
@media screen and (max-width:760px){figure{overflow-x:auto}svg{min-width:640px}}
@media print{:root,:root[data-theme]{${LIGHT}--page:#fff}
body{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{padding:0;gap:8px}.tiles{grid-template-columns:repeat(7,1fr)}.columns:has(>:nth-child(4)){grid-template-columns:1fr 1fr}.card,.tile{break-inside:avoid}.tile strong{font-size:15px}}
`;
