// Watches by WHEP with libdatachannel and prints each message of the metadata channel on a line, until so many items have come.
// Arguments: the endpoint, a view token, who opens the channel, how many items.

import nodeDataChannel from "node-datachannel";

const [endpoint, token, who, count] = process.argv.slice(2);
const label = "marquee.metadata";
const peer = new nodeDataChannel.PeerConnection("viewer", { iceServers: [], disableAutoNegotiation: true });
let items = 0;
let session = null;

function listen(channel) {
  channel.onMessage((text) => {
    process.stdout.write(text + "\n");
    if (JSON.parse(text).type === "item" && ++items === Number(count)) setImmediate(leave);
  });
}

async function leave() {
  const answer = await fetch(session, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
  // At once: the library's own way out does not always survive its callbacks.
  process.reallyExit(answer.status === 200 ? 0 : 2);
}

const audio = new nodeDataChannel.Audio("audio", "RecvOnly");
audio.addOpusCodec(111);
const video = new nodeDataChannel.Video("video", "RecvOnly");
video.addH264Codec(96, "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1");
const tracks = [peer.addTrack(audio), peer.addTrack(video)];

peer.onDataChannel((channel) => {
  if (channel.getLabel() === label) listen(channel);
});
const own = peer.createDataChannel(who === "viewer-opens" ? label : "something else");
if (who === "viewer-opens") listen(own);

peer.onGatheringStateChange(async (state) => {
  if (state !== "complete" || session) return;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` },
    body: peer.localDescription().sdp,
  });
  const text = await answer.text();
  if (answer.status !== 201) {
    console.error(answer.status, text);
    process.exit(1);
  }
  session = new URL(answer.headers.get("location"), endpoint);
  peer.setRemoteDescription(text, "answer");
});
peer.onStateChange((state) => {
  if (state === "failed") {
    console.error("the connection failed");
    process.exit(1);
  }
});
peer.setLocalDescription("offer");
setTimeout(() => {
  console.error("too late", tracks.length, peer.state());
  process.exit(1);
}, 55_000).unref();
