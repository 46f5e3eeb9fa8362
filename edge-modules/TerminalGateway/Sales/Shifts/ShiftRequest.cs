using System.Globalization;
using Marquee.TerminalGateway.Stock;

namespace Marquee.TerminalGateway.Sales.Shifts;

/// <summary>Closes a terminal's shift at an event. Amounts in minor units of the event's currency.</summary>
/// <param name="TerminalId">Whose shift.</param>
/// <param name="EventId">At which event: a shift is in one currency and one ledger.</param>
/// <param name="OpeningFloatMinorUnits">What was in the drawer at the start.</param>
/// <param name="CountedCashMinorUnits">What is in it now.</param>
internal sealed record ShiftRequest(string TerminalId, string EventId, long OpeningFloatMinorUnits, long CountedCashMinorUnits)
{
    private const long MaxMinorUnits = 1_000_000_000_000;

    /// <summary>Null when the request has the right shape, else what is wrong with it.</summary>
    public string? Problem(string shiftId) => this switch
    {
        _ when !SaleRequest.IsId(shiftId) => "the shift's id must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !SaleRequest.IsId(TerminalId) => "terminalId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !SaleRequest.IsId(EventId) => "eventId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        { OpeningFloatMinorUnits: < 0 or > MaxMinorUnits } => "openingFloatMinorUnits is out of range",
        { CountedCashMinorUnits: < 0 or > MaxMinorUnits } => "countedCashMinorUnits is out of range",
        _ => null,
    };

    public byte[] Hash(string shiftId) => RequestHash.Of(
        [shiftId, TerminalId, EventId, OpeningFloatMinorUnits.ToString(CultureInfo.InvariantCulture), CountedCashMinorUnits.ToString(CultureInfo.InvariantCulture)]);
}
