namespace Marquee.Local.Terminal.Protocol;

/// <summary>What the terminal says of itself.</summary>
internal sealed record Device(string Serial, string Model, string Firmware)
{
    public static Device Simulated(string terminalId) => new($"SIM-{terminalId}", "simulator", "1.0.0");
}
