using Soma.Gateway.Http;

namespace Soma.Gateway.Bodies;

/// <summary>Everything wrong with one request's fields, so that one answer can name it all.</summary>
internal sealed class FieldErrors
{
    // A batch of a thousand bad items is understood after the first hundred errors; the answer stays small.
    private const int MostNamed = 100;
    private List<FieldError>? _errors;

    public bool Any => _errors is not null;

    public void Add(object[] location, string message, string type)
    {
        _errors ??= [];
        if (_errors.Count < MostNamed)
        {
            _errors.Add(new FieldError(location, message, type));
        }
    }

    /// <summary>422; 400 where nothing but coordinates is wrong; null where nothing is.</summary>
    public Problem? ToProblem()
    {
        if (_errors is null)
        {
            return null;
        }

        if (_errors.TrueForAll(error => error.Type == FieldError.CoordinateType))
        {
            return new Problem(400, _errors[0].Message) { Errors = _errors };
        }

        var more = _errors.Count > 1 ? $" (and {_errors.Count - 1} more)" : "";
        return new Problem(422, $"{string.Join('.', _errors[0].Location)}: {_errors[0].Message}{more}") { Errors = _errors };
    }
}
