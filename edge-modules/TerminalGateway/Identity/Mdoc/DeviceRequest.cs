using System.Formats.Cbor;
using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>
/// What the phone is asked for, and nothing beside it: <c>age_over_NN</c>; or, when only the person counts, the country of issue, which the
/// issuer's certificate tells anyhow. Never a birth date, a name or a portrait, and nothing with the intent to keep it.
/// </summary>
internal static class DeviceRequest
{
    public const string DrivingLicence = "org.iso.18013.5.1.mDL";
    public const string NameSpace = "org.iso.18013.5.1";
    public const string IssuingCountry = "issuing_country";
    public const string AgePrefix = "age_over_";

    public static string ElementFor(IdentityPolicy policy) =>
        policy.MinimumAge == 0 ? IssuingCountry : AgePrefix + policy.MinimumAge.ToString("00", CultureInfo.InvariantCulture);

    public static byte[] For(IdentityPolicy policy)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(2);
        writer.WriteTextString("version");
        writer.WriteTextString("1.0");
        writer.WriteTextString("docRequests");
        writer.WriteStartArray(1);
        writer.WriteStartMap(1);
        writer.WriteTextString("itemsRequest");
        writer.WriteEmbedded(Items(ElementFor(policy)));
        writer.WriteEndMap();
        writer.WriteEndArray();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Items(string element)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartMap(2);
        writer.WriteTextString("docType");
        writer.WriteTextString(DrivingLicence);
        writer.WriteTextString("nameSpaces");
        writer.WriteStartMap(1);
        writer.WriteTextString(NameSpace);
        writer.WriteStartMap(1);
        writer.WriteTextString(element);
        // IntentToRetain.
        writer.WriteBoolean(false);
        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }
}
