# Follows the sample of the page. See test_samples.py for its input.
$stdin.each_line(chomp: true) do |line|
  kind, now, *fields = line.split("\t", -1)
  secret, body, *pairs = fields.map { |field| Base64.strict_decode64(field).force_encoding("UTF-8") }
  named = pairs.each_slice(2).to_h
  begin
    answer = case kind
             when "webhook" then verify_webhook(named, body, secret, Time.at(now.to_i))
             when "firma" then verify_firma(body, secret)
             else verify_return(named, secret, Time.at(now.to_i))
             end
    puts answer
  rescue StandardError
    puts "error"
  end
end
