using Marquee.Local.Functions.Converters;

namespace Marquee.Local.Functions.Http;

/// <summary>Fills the parameter from the request's JSON body. What cannot be read is answered with 400, code <c>invalid_json</c>.</summary>
public class FromBodyAttribute : InputConverterAttribute
{
    public FromBodyAttribute()
        : base(typeof(FromBodyConverter))
    {
    }
}
