using System.Globalization;
using System.Numerics;

namespace Marquee.Local.Functions.Schedules;

/// <summary>The values one field of a cron expression allows, as bits.</summary>
internal readonly record struct CronField(ulong Bits, int Least, int Most)
{
    public bool IsEvery => Bits == All(Least, Most);

    public bool Has(int value) => (Bits >> value & 1) != 0;

    /// <summary>The first allowed value from <paramref name="value"/> on; -1 when there is none.</summary>
    public int From(int value)
    {
        var rest = value > Most ? 0 : Bits >> value << value;
        return rest == 0 ? -1 : BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>Reads lists, ranges, steps, names: <c>*</c>, <c>1,4</c>, <c>9-17</c>, <c>*/15</c>, <c>5/10</c>, <c>Mon-Fri</c>.</summary>
    /// <exception cref="FormatException">It is none of these, or out of range.</exception>
    public static CronField Parse(string text, string what, int least, int most, params string[] names)
    {
        ulong bits = 0;
        foreach (var item in text.Split(','))
        {
            var slash = item.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? item : item[..slash];
            var step = slash < 0 ? 1 : Number(item[(slash + 1)..]);
            if (step < 1)
                throw Bad("a step must be at least 1");
            var (from, to) = Range(range, stepped: slash >= 0);
            if (from > to)
                throw Bad("a range must not run backwards");
            for (var value = from; value <= to; value += step)
                bits |= 1UL << value;
        }

        return new CronField(bits, least, most);

        (int From, int To) Range(string range, bool stepped)
        {
            if (range == "*")
                return (least, most);
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            if (dash > 0)
                return (Value(range[..dash]), Value(range[(dash + 1)..]));
            var value = Value(range);
            return (value, stepped ? most : value);
        }

        int Value(string value)
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (value.Length >= 3 && names[i].StartsWith(value, StringComparison.OrdinalIgnoreCase))
                    return least + i;
            }

            var number = Number(value);
            return number >= least && number <= most ? number : throw Bad($"{value} is not within {least} to {most}");
        }

        int Number(string value) =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Bad($"'{value}' is not a number");

        FormatException Bad(string why) => new($"the {what} '{text}': {why}");
    }

    private static ulong All(int least, int most) => (1UL << (most + 1)) - (1UL << least);
}
