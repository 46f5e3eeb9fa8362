using Marquee.Local.ServiceBus.Broker.Wire;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class DispositionRepairTests
{
    // Data offset 2 words, AMQP type, channel 0; then a disposition whose fifth field is the state.
    private static readonly byte[] Head = [2, 0, 0, 0, 0, 0x53, 0x15];

    [Fact]
    public void String_keys_of_error_info_become_symbols_and_values_stay()
    {
        byte[] map = [0xC1, 11, 2, 0xA1, 3, (byte)'k', (byte)'e', (byte)'y', 0xA1, 3, (byte)'v', (byte)'a', (byte)'l'];
        byte[] error = [0x00, 0x53, 0x1D, 0xC0, (byte)(map.Length + 5), 3, 0xA3, 1, (byte)'c', 0x40, .. map];
        byte[] rejected = [0x00, 0x53, 0x25, 0xC0, (byte)(error.Length + 1), 1, .. error];
        byte[] frame = [.. Head, 0xC0, (byte)(rejected.Length + 5), 5, 0x41, 0x43, 0x43, 0x42, .. rejected];
        var repaired = frame.ToArray();

        DispositionRepair.Repair(repaired);

        var key = frame.Length - 10;
        Assert.Equal(0xA1, frame[key]);
        frame[key] = 0xA3;
        Assert.Equal(frame, repaired);
    }

    [Fact]
    public void Frames_of_any_bytes_pass_unharmed()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var frame = new byte[random.Next(40)];
            random.NextBytes(frame);
            if (i % 2 == 0 && frame.Length > Head.Length)
                Head.CopyTo(frame, 0);
            var length = frame.Length;
            DispositionRepair.Repair(frame);
            Assert.Equal(length, frame.Length);
        }
    }
}
