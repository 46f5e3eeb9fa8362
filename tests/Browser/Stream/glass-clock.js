// A clock on a canvas that survives compression: the wall clock's milliseconds as 24 bits of Gray code, each as a block and as its inverse.
// Both pages run on one machine, so what the viewer reads off the video, taken from now, is the time from glass to glass.
window.glassClock = (() => {
  const [width, height, columns, bits, period] = [640, 360, 8, 24, 2 ** 24];
  const [blockWidth, blockHeight] = [width / columns, height / (2 * bits / columns)];
  const leastContrast = 80;
  const corner = (block) => [block % columns * blockWidth, Math.floor(block / columns) * blockHeight];
  const readings = [];
  let unreadable = 0;

  function draw(pencil) {
    const now = Date.now() % period;
    const gray = now ^ (now >> 1);
    for (let block = 0; block < 2 * bits; block++) {
      const bit = (gray >> (block % bits)) & 1;
      pencil.fillStyle = (block < bits ? bit : 1 - bit) ? "#fff" : "#000";
      pencil.fillRect(...corner(block), blockWidth, blockHeight);
    }
  }

  function read(pixels) {
    const brightness = (block) => {
      const [x, y] = corner(block);
      return pixels[(Math.floor(y + blockHeight / 2) * width + Math.floor(x + blockWidth / 2)) * 4];
    };
    let gray = 0;
    for (let bit = 0; bit < bits; bit++) {
      const [plain, inverse] = [brightness(bit), brightness(bit + bits)];
      if (Math.abs(plain - inverse) < leastContrast) return null;
      if (plain > inverse) gray |= 1 << bit;
    }
    for (let rest = gray >> 1; rest; rest >>= 1) gray ^= rest;
    return gray;
  }

  return {
    /** The clock as a stream of pictures, with a tone. */
    async stream(framesPerSecond) {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const pencil = canvas.getContext("2d");
      const stream = canvas.captureStream(0);
      const [track] = stream.getVideoTracks();
      track.contentHint = "motion";
      setInterval(() => { draw(pencil); track.requestFrame(); }, 1000 / framesPerSecond);
      const audio = new AudioContext();
      const [tone, out] = [audio.createOscillator(), audio.createMediaStreamDestination()];
      tone.connect(out);
      tone.start();
      stream.addTrack(out.stream.getAudioTracks()[0]);
      return stream;
    },

    /** Reads every frame that a video shows, at the time when it is due on the screen. */
    watch(video) {
      const pencil = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
      const look = (now, { expectedDisplayTime }) => {
        pencil.drawImage(video, 0, 0, width, height);
        const shown = read(pencil.getImageData(0, 0, width, height).data);
        const displayed = performance.timeOrigin + Math.max(now, expectedDisplayTime);
        if (shown === null) unreadable++;
        else readings.push((displayed - shown + period) % period);
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    },

    /** What was read since the last call: milliseconds from glass to glass, frame by frame, and frames that could not be read. */
    take() {
      const taken = { milliseconds: readings.splice(0), unreadable };
      unreadable = 0;
      return taken;
    },
  };
})();
