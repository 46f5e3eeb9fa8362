using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// Another serial number or other firmware under the same terminal's name. The first that is heard is trusted; a change that staff announced
/// is none. What has been alerted is the new normal, so that going back is a change again.
/// </summary>
internal sealed class DeviceChangeDetector(bool serial) : IDetector
{
    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        switch (observation)
        {
            case ChangeAnnounced { Serial: var toSerial, Firmware: var toFirmware, Until: var until }:
                // A new device may run what it likes; new firmware is no new device.
                var firmwareOnly = toSerial is null && toFirmware is not null;
                if (serial && !firmwareOnly) memory.Baseline.NextSerial = new(Clip(toSerial), until);
                if (!serial) memory.Baseline.NextFirmware = new(Clip(toFirmware), until);
                return null;
            case DevicePaired paired:
                if (serial) memory.Baseline.Serial = Clip(paired.Serial);
                else memory.Baseline.Firmware = Clip(paired.Firmware);
                return null;
            case HelloObserved hello:
                return Compare(Clip(serial ? hello.Serial : hello.Firmware)!, memory);
            default:
                return null;
        }
    }

    private Suspicion? Compare(string now, TerminalMemory memory)
    {
        var before = serial ? memory.Baseline.Serial : memory.Baseline.Firmware;
        if (before == now) return null;
        if (serial) memory.Baseline.Serial = now;
        else memory.Baseline.Firmware = now;
        if (before is null || IsAnnounced(now, memory)) return null;
        var finding = $"{(serial ? "Serial number" : "Firmware")} was {before}, is {now}.";
        var evidence = new AnomalyEvidence(finding, 1, 0, 1, memory.Now, memory.Now, []);
        return serial
            ? new(AnomalyKind.SerialChanged, AnomalySeverity.Critical, evidence)
            : new(AnomalyKind.FirmwareChanged, AnomalySeverity.Warning, evidence);
    }

    private bool IsAnnounced(string now, TerminalMemory memory)
    {
        var announced = serial ? memory.Baseline.NextSerial : memory.Baseline.NextFirmware;
        if (announced is null || memory.Now > announced.Until || (announced.To ?? now) != now) return false;
        if (serial) memory.Baseline.NextSerial = null;
        else memory.Baseline.NextFirmware = null;
        return true;
    }

    private static string? Clip(string? text) => text is null ? null : TerminalMemory.Clip(text);
}
