using System.Globalization;
using Marquee.Domain;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Terminal.Shell;

/// <summary>Money as people type it: <c>3</c>, <c>2.50</c>, in the event's currency.</summary>
internal static class Amount
{
    /// <exception cref="TerminalException">Not an amount, negative, or finer than the currency.</exception>
    public static long Parse(string text, Currency currency)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            throw new TerminalException($"'{text}' is no amount: 3 or 2.50.");
        for (var i = 0; i < currency.Exponent; i++) amount *= 10;
        return amount == decimal.Truncate(amount) && amount <= 1_000_000_000
            ? (long)amount
            : throw new TerminalException($"'{text}' is too fine or too much for {currency.Code}.");
    }
}
