// Stands in for OBS: libdatachannel, which OBS is built on, with the offer that OBS makes. It names no candidate of its own, neither in the
// offer nor by PATCH, offers no RTX, ignores picture-loss reports, and ends by DELETE.
//
//   node obs.mjs WHIP-URL TOKEN     until its standard input ends; each step is a line of JSON on standard output

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";
import nodeDataChannel from "node-datachannel";

const [url, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const tell = (step) => console.log(JSON.stringify(step));
const ssrc = { audio: 0x0b5a0001, video: 0x0b5a0002 };

const pc = new nodeDataChannel.PeerConnection("obs", { iceServers: [], disableAutoNegotiation: true });
const audio = new nodeDataChannel.Audio("0", "SendOnly");
audio.addOpusCodec(111);
audio.addSSRC(ssrc.audio, "obs", "obs", "obs-audio");
const video = new nodeDataChannel.Video("1", "SendOnly");
video.addH264Codec(96, "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1");
video.addSSRC(ssrc.video, "obs", "obs", "obs-video");
const tracks = { audio: pc.addTrack(audio), video: pc.addTrack(video) };

const connected = new Promise((resolve) => pc.onStateChange((state) => {
  tell({ state });
  if (state === "connected") resolve();
}));
pc.setLocalDescription("offer");
const offer = pc.localDescription().sdp.replaceAll(/a=(candidate|end-of-candidates).*\r\n/g, "")
  .replaceAll(/^m=(\w+) \d+/gm, "m=$1 9").replaceAll(/^c=.*$/gm, "c=IN IP4 0.0.0.0");
const answer = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/sdp" }, body: offer });
tell({ status: answer.status, offer });
if (answer.status !== 201) process.exit(1);
const session = new URL(answer.headers.get("Location"), url);
pc.setRemoteDescription(await answer.text(), "answer");
await connected;

// The encoder: a test picture and a tone as RTP and RTCP, which the tracks seal and send as they are.
const ports = {};
for (const kind of ["audio", "video"]) {
  const socket = createSocket("udp4", (packet) => {
    if (tracks[kind].isOpen()) tracks[kind].sendMessageBinary(packet);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  ports[kind] = socket.address().port;
}
const rtp = (kind, payloadType) => [
  "-f", "rtp", "-payload_type", payloadType, "-ssrc", `${ssrc[kind]}`, `rtp://127.0.0.1:${ports[kind]}?rtcpport=${ports[kind]}&pkt_size=1200`,
];
const ffmpeg = spawn("ffmpeg", [
  "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
  "-map", "0:v", "-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "60", "-b:v", "800k",
  "-x264-params", "repeat-headers=1", ...rtp("video", "96"),
  "-map", "1:a", "-c:a", "libopus", "-ac", "2", "-b:a", "96k", ...rtp("audio", "111"),
], { stdio: ["ignore", "ignore", "inherit"] });
tell({ sending: true });

await once(createInterface({ input: process.stdin }), "close");
ffmpeg.kill("SIGKILL");
const end = await fetch(session, { method: "DELETE", headers });
tell({ deleted: end.status });
pc.close();
nodeDataChannel.cleanup();
process.exit(0);
