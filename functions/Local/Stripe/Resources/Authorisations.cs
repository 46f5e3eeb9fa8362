using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>How long an authorisation can be captured, by the way the card was taken and its brand.</summary>
internal static class Authorisations
{
    public static DateTimeOffset CaptureBefore(Session session, string brand, bool inPerson, bool merchantInitiated, bool extended)
    {
        var way = (inPerson, extended, merchantInitiated) switch
        {
            (true, true, _) => "inPersonExtended",
            (true, false, _) => "inPerson",
            (_, _, true) => "merchantInitiated",
            _ => "online",
        };
        var row = session.Setting.Authorisations.Object("windowsInSeconds")!.Object(way)!;
        return session.Now.AddSeconds(row.NumberOrNull(brand) ?? row.Number("default"));
    }

    public static void CheckAmount(Session session, long amount, string currency, string param = "amount")
    {
        var least = session.Setting.Authorisations.Object("minimumAmount")!.NumberOrNull(currency) ?? 1;
        if (amount < 1)
            throw ApiError.Invalid("This value must be greater than or equal to 1.", param, "parameter_invalid_integer");
        if (amount < least)
            throw ApiError.Invalid($"Amount must be at least {least} {currency}", param, "amount_too_small");
        if (amount > session.Setting.Authorisations.Number("maximumAmount"))
            throw ApiError.Invalid($"Amount must be no more than {session.Setting.Authorisations.Number("maximumAmount")} {currency}",
                param, "amount_too_large");
    }
}
