// The page in a chat: MCP Apps, JSON-RPC over the window that the page stands in.

/** Show the page as the chat is shown: light or dark. */
function followTheme(context) {
  if (context?.theme) document.documentElement.style.colorScheme = context.theme;
}

/** Return how to call a tool of the page's server. */
function chatHost() {
  const waiting = new Map();
  let number = 0;
  const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++number, [resolve, reject]);
    post({ id: number, method, params });
  });
  const saveByHost = (type, blob) => request("ui/download-file", {
    contents: [{ type: "resource", resource: { uri: "file:///screen.png", mimeType: type, blob } }],
  });
  const machine = new Promise((found) => {
    window.addEventListener("message", ({ source, data }) => {
      if (source !== window.parent || !data) return;
      const told = data.params?.structuredContent?.machine_id;
      if (data.method === "ui/notifications/tool-result" && told) found(told);
      if (data.method === "ui/notifications/host-context-changed") followTheme(data.params);
      if (data.method && data.id !== undefined) post({ id: data.id, result: {} });
      const [resolve, reject] = (!data.method && waiting.get(data.id)) || [];
      if (resolve) waiting.delete(data.id);
      if (resolve && data.error) reject(new Error(data.error.message));
      else if (resolve) resolve(data.result);
    });
  });
  const { content: key } = document.querySelector("meta[name=key]");
  const start = request("ui/initialize", {
    protocolVersion: "2026-01-26", appInfo: { name: "coasty-live-view", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  }).then((host) => {
    followTheme(host.hostContext);
    if (host.hostCapabilities?.downloadFile) live.save = saveByHost;
    post({ method: "ui/notifications/initialized" });
  });
  new ResizeObserver(() => post({
    method: "ui/notifications/size-changed",
    params: { width: document.body.scrollWidth, height: document.body.scrollHeight },
  })).observe(document.body);
  return async (message) => {
    await start;
    const machine_id = await machine;
    const result = await request("tools/call", {
      name: "coasty_live_view_page", arguments: { message: { ...message, machine_id }, key },
    });
    const text = result.content.find((each) => each.type === "text").text;
    if (result.isError) throw new Error(result.structuredContent?.error?.message || text);
    const image = result.content.find((each) => each.type === "image");
    return [JSON.parse(text.split("\n")[0]), image && { type: image.mimeType, data: image.data }];
  };
}
