using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>When money arrives: business days skip weekends; a configured delay replaces them in rehearsals.</summary>
internal static class Calendar
{
    public static DateTimeOffset FundsAvailable(Session session) =>
        session.Setting.Options.SettlementDelay is { } delay ? session.Now + delay
            : BusinessDaysAfter(session.Now, Days(session, "pendingBusinessDays"));

    public static DateTimeOffset PayoutArrives(Session session, bool instant)
    {
        if (instant)
            return session.Now + session.Setting.Options.InstantPayoutDelay;
        return session.Setting.Options.PayoutDelay is { } delay ? session.Now + delay
            : BusinessDaysAfter(session.Now, Days(session, "payoutBusinessDays"));
    }

    /// <summary>Midnight UTC of the day that lies this many business days ahead.</summary>
    public static DateTimeOffset BusinessDaysAfter(DateTimeOffset from, long days)
    {
        var day = new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero);
        while (days > 0)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                days--;
        }
        return day;
    }

    private static long Days(Session session, string table)
    {
        var rows = session.Setting.Settlement.Object(table)!;
        return rows.NumberOrNull(session.Setting.Options.Country) ?? rows.Number("default");
    }
}
