using System.Globalization;

namespace Soma.Gateway.Http;

/// <summary><c>X-Soma-Min-Seq</c>: the caller has seen this seq and takes no older answer.</summary>
internal static class MinSeq
{
    public const string Header = "X-Soma-Min-Seq";
    public const string SeqHeader = "X-Soma-Seq";

    public static Problem? Read(HttpContext context, out long minimum)
    {
        minimum = 0;
        var text = context.Request.Headers[Header].ToString();
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out minimum)
            ? null
            : new Problem(400, $"{Header} must be a whole number, 0 or more");
    }

    /// <summary>Puts the seq that the answer reflects on it; 412 where that is older than asked for.</summary>
    public static Problem? Check(HttpContext context, long minimum, long head)
    {
        context.Response.Headers[SeqHeader] = head.ToString(CultureInfo.InvariantCulture);
        return head >= minimum
            ? null
            : new Problem(412, string.Create(CultureInfo.InvariantCulture, $"The namespace is at seq {head}, before the {minimum} that {Header} asks for"));
    }
}
