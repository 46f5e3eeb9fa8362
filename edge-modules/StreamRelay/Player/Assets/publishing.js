// Sending a stream by WHIP.

import { Line } from "./line.js";
import { entries } from "./quality.js";

const stillAfter = 3000; // the relay reports each second
const maxVideoBitsPerSecond = 2_500_000;
const startVideoKilobitsPerSecond = 1200;
const maxAudioBitsPerSecond = 128_000;

/** A line that sends these tracks. A track can be replaced while it goes on. */
export function publish({ whipUrl, statusUrl, token, stream }) {
  const senders = {};
  // Who was taken over from does not take the stage back by itself; who lost a relay that has nobody else does.
  const mayReturn = () => fetch(statusUrl, { cache: "no-store" }).then((answer) => answer.json()).then(({ isLive }) => !isLive, () => true);
  const line = new Line({ endpoint: whipUrl, token, stillAfter, flow: reported, prepare, shape: startFast, mayReturn });
  line.replaceTrack = (track) => senders[track.kind]?.replaceTrack(track);

  function prepare(pc) {
    for (const track of stream.getTracks()) {
      const isVideo = track.kind === "video";
      const sendEncodings = [isVideo ? { maxBitrate: maxVideoBitsPerSecond } : { maxBitrate: maxAudioBitsPerSecond }];
      const transceiver = pc.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings });
      senders[track.kind] = transceiver.sender;
      if (isVideo) preferH264(transceiver);
    }
  }
  return line;
}

/** H.264 is what every phone decodes in hardware, and what recordings and HLS carry. */
function preferH264(transceiver) {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const rank = ({ mimeType, sdpFmtpLine = "" }) => mimeType !== "video/H264" ? 2 : /packetization-mode=1.*42e0/.test(sdpFmtpLine) ? 0 : 1;
  transceiver.setCodecPreferences?.([...codecs].sort((a, b) => rank(a) - rank(b)));
}

/** Chromium begins at 300 kb/s and finds its way up in half a minute, unless the answer names a rate; others ignore it. */
function startFast(answer) {
  const payloadType = answer.match(/^m=video \d+ \S+ (\d+)/m)?.[1];
  if (!payloadType) return answer;
  const start = `x-google-start-bitrate=${startVideoKilobitsPerSecond}`;
  const parameters = new RegExp(`^(a=fmtp:${payloadType} .*?)(\r?)$`, "m");
  return parameters.test(answer)
    ? answer.replace(parameters, `$1;${start}$2`)
    : answer.replace(new RegExp(`^(a=rtpmap:${payloadType} .*?)(\r?)$`, "m"), `$1\r\na=fmtp:${payloadType} ${start}$2`);
}

/** Rises with each report of the relay's on what it received. */
const reported = (report) => entries(report, "remote-inbound-rtp").reduce((total, entry) => total + entry.timestamp, 0);
